namespace Akin.TestKit.Http;

/// <summary>An answer; <see cref="CutAfter"/> closes the connection after so many bytes of the body.</summary>
public sealed record Answer(int Status, byte[] Body)
{
    public Dictionary<string, string> Headers { get; } = [];

    public int? CutAfter { get; init; }

    /// <summary>Waits before the body's second half, to hold a download in the middle.</summary>
    public Task? Pause { get; init; }
}
