using System.CommandLine;
using System.Globalization;
using Akin.Cli.Load;

namespace Akin.Cli.Verbs;

/// <summary><c>akin bench serve</c>: how a running server keeps up with many clients.</summary>
internal sealed class BenchServeVerb : Verb
{
    private const string KeyVariable = "AKIN_API_KEY";
    private const int DefaultClients = 32;
    private const int DefaultSeconds = 20;

    private readonly Option<string> _url = new("--url") { Description = "Where the server listens.", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
    private readonly Option<int?> _clients = SharedOptions.Positive("--clients", $"Requests that are under way at once, {DefaultClients} by default.");
    private readonly Option<int?> _seconds = SharedOptions.Positive("--seconds", $"How long it is measured, {DefaultSeconds} by default; two seconds of warm-up come before.");
    private readonly Option<double?> _rate = new("--rate") { Description = "Requests a second, whatever the server does: for overload. Without it every client asks again as soon as it is answered.", HelpName = "N" };
    private readonly Option<int?> _texts = SharedOptions.Positive("--texts", "Texts of a request, 1 by default.");
    private readonly Option<string?> _input = new("--input", "-i") { Description = "Texts to ask for (.txt, .jsonl, .csv, .tsv, each also .gz); by default a sample of mixed lengths in three languages." };
    private readonly Option<string?> _model = new("--model", "-m") { Description = "The name of the model on the server; its first one by default." };

    public BenchServeVerb()
        : base(
            "serve",
            $"Measure a running server's /v1/embeddings: requests and texts a second, latencies, how many it turns away. A key is taken from {KeyVariable}.",
            "akin bench serve --url http://127.0.0.1:8080 --clients 32 --seconds 20 --json",
            "akin bench serve --clients 1024 --rate 3000 --seconds 60")
    {
        _rate.CustomParser = result =>
        {
            string word = result.Tokens[^1].Value;
            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate is > 0 and <= 1e6)
            {
                return rate;
            }

            result.AddError($"--rate must be a number of requests a second, and '{word}' is not.");
            return null;
        };
        foreach (Option option in new Option[] { _url, _clients, _seconds, _rate, _texts, _input, _model })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string url = arguments.GetRequiredValue(_url);
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            throw new CommandException($"--url must be the address of a server, such as http://127.0.0.1:8080, and '{url}' is not.");
        }

        int clients = arguments.GetValue(_clients) ?? DefaultClients, seconds = arguments.GetValue(_seconds) ?? DefaultSeconds;
        double? rate = arguments.GetValue(_rate);
        string[] texts = LoadTexts.Read(arguments.GetValue(_input));
        using LoadRun run = new(address, texts, arguments.GetValue(_texts) ?? 1, arguments.GetValue(_model), Environment.GetEnvironmentVariable(KeyVariable));
        int dimension = run.CheckAsync(context.Cancellation).GetAwaiter().GetResult();
        context.Message($"Measuring {address} for {seconds} seconds: {clients} clients{(rate is { } perSecond ? $", {perSecond:0.#} requests a second" : "")}; vectors of {dimension} floats.");
        TimeSpan duration = TimeSpan.FromSeconds(seconds);
        LoadFigures figures = (rate is { } wanted
            ? run.OpenAsync(clients, wanted, duration, context.Cancellation)
            : run.ClosedAsync(clients, duration, context.Cancellation)).GetAwaiter().GetResult();
        Print(context, url, clients, rate, dimension, figures);
        if (figures.ErrorCount > 0)
        {
            context.Output.Flush();
            throw new CommandException(
                $"{figures.ErrorCount:N0} requests failed: {string.Join(", ", figures.Errors.OrderByDescending(error => error.Value).Select(error => $"{error.Key} ({error.Value:N0})"))}.");
        }
    }

    private static void Print(CommandContext context, string url, int clients, double? rate, int dimension, LoadFigures figures)
    {
        double p50 = LoadFigures.Percentile(figures.AcceptedMilliseconds, 0.5), p99 = LoadFigures.Percentile(figures.AcceptedMilliseconds, 0.99);
        double slowest = LoadFigures.Percentile(figures.AcceptedMilliseconds, 1), rejectedP99 = LoadFigures.Percentile(figures.RejectedMilliseconds, 0.99);
        if (context.Json)
        {
            JsonOutput.Write(context, new
            {
                Url = url,
                Clients = clients,
                Rate = rate,
                figures.Seconds,
                Dimensions = dimension,
                figures.Requests,
                RequestsPerSecond = figures.Requests / figures.Seconds,
                TextsPerSecond = figures.Texts / figures.Seconds,
                TokensPerSecond = figures.Tokens > 0 ? figures.Tokens / figures.Seconds : (double?)null,
                P50Ms = p50,
                P90Ms = LoadFigures.Percentile(figures.AcceptedMilliseconds, 0.9),
                P99Ms = p99,
                MaxMs = slowest,
                Rejected = figures.RejectedMilliseconds.Length,
                RejectedP99Ms = rejectedP99,
                Errors = figures.ErrorCount,
                ErrorsByKind = figures.Errors,
            });
            return;
        }

        context.Output.WriteLine(
            $"{figures.Requests / figures.Seconds:N1} requests a second, {figures.Texts / figures.Seconds:N1} texts{(figures.Tokens > 0 ? $", {figures.Tokens / figures.Seconds:N0} tokens" : "")}");
        context.Output.WriteLine($"latency {p50:N1} ms (median), {p99:N1} ms (99 of 100), {slowest:N1} ms (slowest)");
        context.Output.WriteLine($"{figures.RejectedMilliseconds.Length:N0} turned away (429){(figures.RejectedMilliseconds.Length > 0 ? $", within {rejectedP99:N1} ms (99 of 100)" : "")}, {figures.ErrorCount:N0} failed");
    }
}
