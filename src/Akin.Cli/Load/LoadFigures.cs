namespace Akin.Cli.Load;

/// <summary>What a server did under a load. Times are of requests that were due while it was measured.</summary>
/// <param name="Seconds">How long it was measured.</param>
/// <param name="Requests">Requests answered with vectors while it was measured.</param>
/// <param name="Texts">Their texts.</param>
/// <param name="Tokens">Their tokens, as the server counts them.</param>
/// <param name="AcceptedMilliseconds">From when a request was due to the end of its answer, ascending.</param>
/// <param name="RejectedMilliseconds">The same of requests that were turned away (429), ascending.</param>
/// <param name="Errors">How many requests failed otherwise, by what happened: a status, or <c>connection</c>.</param>
internal sealed record LoadFigures(
    double Seconds, long Requests, long Texts, long Tokens, double[] AcceptedMilliseconds, double[] RejectedMilliseconds, IReadOnlyDictionary<string, long> Errors)
{
    public long ErrorCount => Errors.Values.Sum();

    /// <summary>The time that a share of the requests did not exceed (nearest rank); 0 where there were none.</summary>
    /// <param name="ascending">The times.</param>
    /// <param name="share">0 … 1.</param>
    public static double Percentile(double[] ascending, double share) => ascending.Length == 0 ? 0 : ascending[Math.Max(0, (int)Math.Ceiling(share * ascending.Length) - 1)];
}
