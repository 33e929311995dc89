using System.Diagnostics.Metrics;

namespace Akin.Server.Telemetry;

/// <summary>What the server counts and measures, under the meter <see cref="MeterName"/>. Thread-safe.</summary>
internal sealed class ServerMetrics : IDisposable
{
    public const string MeterName = "Akin.Server";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _requestSeconds;
    private readonly Counter<long> _rejected;
    private readonly Histogram<double> _queueSeconds;
    private readonly Histogram<double> _batchSeconds;
    private readonly Histogram<long> _batchTokens;
    private readonly Histogram<long> _batchTexts;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _texts;

    public ServerMetrics()
    {
        _requestSeconds = _meter.CreateHistogram<double>("akin.request.duration", "s", "Time from a request's arrival to its answer, by route and status.");
        _rejected = _meter.CreateCounter<long>("akin.rejected", "{request}", "Requests refused or given up, by reason.");
        _queueSeconds = _meter.CreateHistogram<double>("akin.queue.duration", "s", "Time that requests waited before the first of their texts was computed.");
        _batchSeconds = _meter.CreateHistogram<double>("akin.batch.duration", "s", "Time to compute a batch, by model.");
        _batchTokens = _meter.CreateHistogram<long>("akin.batch.tokens", "{token}", "Tokens of a batch, by model.");
        _batchTexts = _meter.CreateHistogram<long>("akin.batch.texts", "{text}", "Texts of a batch, by model.");
        _tokens = _meter.CreateCounter<long>("akin.tokens", "{token}", "Tokens computed, by model.");
        _texts = _meter.CreateCounter<long>("akin.texts", "{text}", "Texts computed, by model.");
    }

    /// <summary>This object's own meter: a process may hold several servers.</summary>
    public Meter Meter => _meter;

    public void RequestAnswered(string route, int status, TimeSpan duration) =>
        _requestSeconds.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("route", route), new KeyValuePair<string, object?>("status", status));

    public void Rejected(string reason) => _rejected.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Waited(TimeSpan duration) => _queueSeconds.Record(duration.TotalSeconds);

    public void BatchComputed(string model, int textCount, long tokenCount, TimeSpan duration)
    {
        KeyValuePair<string, object?> tag = new("model", model);
        _batchSeconds.Record(duration.TotalSeconds, tag);
        _batchTokens.Record(tokenCount, tag);
        _batchTexts.Record(textCount, tag);
        _tokens.Add(tokenCount, tag);
        _texts.Add(textCount, tag);
    }

    /// <summary>Adds a number that is asked for when it is read.</summary>
    public void Observe(string name, string unit, string description, Func<long> value) => _meter.CreateObservableGauge(name, value, unit, description);

    public void Dispose() => _meter.Dispose();
}
