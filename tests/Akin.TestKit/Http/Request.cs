namespace Akin.TestKit.Http;

/// <summary>A request as it came over the wire.</summary>
public sealed record Request(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name.ToLowerInvariant());
}
