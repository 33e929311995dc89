using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Akin.Server.Telemetry;

/// <summary>Sums up what <see cref="ServerMetrics"/> measures and writes it in Prometheus' text format, version 0.0.4. Thread-safe.</summary>
internal sealed class PrometheusExporter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Upper bounds of the buckets of durations, in seconds.</summary>
    private static readonly double[] SecondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>Upper bounds of the buckets of counts.</summary>
    private static readonly double[] CountBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _instruments = new();

    public PrometheusExporter(ServerMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == metrics.Meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All that was measured so far.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        StringBuilder text = new();
        foreach ((Instrument instrument, ConcurrentDictionary<string, Series> all) in _instruments.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            string name = NameOf(instrument);
            string type = IsHistogram(instrument) ? "histogram" : instrument is Counter<long> ? "counter" : "gauge";
            text.Append("# HELP ").Append(name).Append(' ').Append(instrument.Description).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            foreach ((string labels, Series series) in all.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                series.Write(text, name, labels, IsHistogram(instrument));
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static bool IsHistogram(Instrument instrument) => instrument is Histogram<double> or Histogram<long>;

    /// <summary>Dots become underscores; the unit, and <c>_total</c> for counters, come behind.</summary>
    private static string NameOf(Instrument instrument)
    {
        string name = instrument.Name.Replace('.', '_');
        return instrument switch
        {
            { Unit: "s" } => name + "_seconds",
            Counter<long> => name + "_total",
            _ => name,
        };
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder labels = new();
        foreach ((string key, object? tag) in tags)
        {
            labels.Append(labels.Length == 0 ? "" : ",").Append(key).Append("=\"").Append(Escape(Convert.ToString(tag, CultureInfo.InvariantCulture)!)).Append('"');
        }

        Series series = _instruments.GetOrAdd(instrument, _ => new()).GetOrAdd(labels.ToString(), _ => new Series(instrument.Unit == "s" ? SecondsBounds : CountBounds));
        series.Add(value, isSum: instrument is not ObservableInstrument<long>);
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>The measurements of one instrument with the same labels.</summary>
    private sealed class Series(double[] bounds)
    {
        private readonly long[] _counts = new long[bounds.Length + 1];
        private double _sum;

        public void Add(double value, bool isSum)
        {
            lock (_counts)
            {
                _sum = isSum ? _sum + value : value;
                int bucket = Array.BinarySearch(bounds, value);
                _counts[bucket < 0 ? ~bucket : bucket]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels, bool isHistogram)
        {
            lock (_counts)
            {
                if (!isHistogram)
                {
                    Line(text, name, labels, _sum);
                    return;
                }

                long count = 0;
                for (int i = 0; i < _counts.Length; i++)
                {
                    count += _counts[i];
                    string bound = i == bounds.Length ? "+Inf" : bounds[i].ToString(CultureInfo.InvariantCulture);
                    Line(text, name + "_bucket", $"{labels}{(labels.Length == 0 ? "" : ",")}le=\"{bound}\"", count);
                }

                Line(text, name + "_sum", labels, _sum);
                Line(text, name + "_count", labels, count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0)
            {
                text.Append('{').Append(labels).Append('}');
            }

            text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
    }
}
