namespace Akin.Hub;

/// <summary>Where models come from and where they are kept; what is left out is taken from the environment as <c>huggingface_hub</c> does.</summary>
public sealed record HubOptions
{
    /// <summary>
    /// Branch, tag, <c>refs/pr/N</c> or full commit hash (40 hexadecimal digits; then a model that is in the cache needs no network at all).
    /// Default <c>main</c>.
    /// </summary>
    public string Revision { get; init; } = "main";

    /// <summary>Address of the hub. Default: <c>HF_ENDPOINT</c>, else <c>https://huggingface.co</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>
    /// Folder of the cache, shared with Python. Default: <c>HF_HUB_CACHE</c>, else <c>HF_HOME/hub</c>, else <c>XDG_CACHE_HOME/huggingface/hub</c>,
    /// else <c>~/.cache/huggingface/hub</c>.
    /// </summary>
    public string? CacheFolder { get; init; }

    /// <summary>Access token; an empty string sends none. Default: <c>HF_TOKEN</c>, else the file <c>HF_TOKEN_PATH</c>, else <c>HF_HOME/token</c>.</summary>
    public string? Token { get; init; }

    /// <summary>Whether only the cache is read and no request is ever sent. Default: <c>HF_HUB_OFFLINE</c>, else <see langword="false"/>.</summary>
    public bool? Offline { get; init; }

    /// <summary>Whether a model is fetched with its weights; <see langword="false"/> = tokenizer and configuration only. Default <see langword="true"/>.</summary>
    public bool IncludeWeights { get; init; } = true;

    /// <summary>How often a request that failed for a passing reason is sent again before giving up; 0 … 100. Default 3.</summary>
    /// <remarks>A download that went on since its last failure starts counting anew.</remarks>
    public int RetryCount { get; init; } = 3;

    /// <summary>The pause before a request is sent again; each further one is twice as long, up to 8 seconds. Default one second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the server may stay silent, before its answer or inside it. Default: <c>HF_HUB_DOWNLOAD_TIMEOUT</c> in seconds, else 10 seconds.</summary>
    public TimeSpan? Timeout { get; init; }
}
