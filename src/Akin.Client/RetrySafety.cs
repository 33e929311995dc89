namespace Akin.Client;

/// <summary>When a request may be sent a second time.</summary>
internal enum RetrySafety
{
    /// <summary>Whatever happened to the first: sending it twice is the same as sending it once.</summary>
    Always,

    /// <summary>Only if the server said that it did nothing with it (429, 503), or was never reached.</summary>
    IfNotDone,
}
