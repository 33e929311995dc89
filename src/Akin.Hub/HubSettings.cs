using System.Globalization;
using System.Text.RegularExpressions;

namespace Akin.Hub;

/// <summary>The options with every gap filled from the environment, checked once.</summary>
internal sealed partial record HubSettings(
    Uri Endpoint, string CacheFolder, string? Token, bool Offline, string Revision, bool IncludeWeights, bool UseSymbolicLinks, int RetryCount,
    TimeSpan RetryDelay, TimeSpan Timeout)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    private const int MaxRetryCount = 100;

    public static HubSettings From(HubOptions? options) => From(options, Environment.GetEnvironmentVariable);

    /// <summary>Variables and their order are those of <c>huggingface_hub/constants.py</c> (2.4); an empty variable counts as not set.</summary>
    public static HubSettings From(HubOptions? options, Func<string, string?> environment)
    {
        options ??= new HubOptions();
        if (options.RetryCount is < 0 or > MaxRetryCount)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.RetryCount, $"{nameof(HubOptions.RetryCount)} must be 0 … {MaxRetryCount}.");
        }

        string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;
        string Expand(string path) => Path.GetFullPath(ExpandPath(path, environment));

        string cacheHome = Variable("XDG_CACHE_HOME") ?? "~/.cache";
        string home = Expand(Variable("HF_HOME") ?? Path.Combine(cacheHome, "huggingface"));
        string cacheFolder = options.CacheFolder is { } folder
            ? Path.GetFullPath(folder)
            : Expand(Variable("HF_HUB_CACHE") ?? Variable("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"));

        string? token = options.Token ?? Variable("HF_TOKEN") ?? Variable("HUGGING_FACE_HUB_TOKEN")
            ?? ReadTokenFile(Expand(Variable("HF_TOKEN_PATH") ?? Path.Combine(home, "token")));

        return new HubSettings(
            ParseEndpoint(options.Endpoint ?? Variable("HF_ENDPOINT") ?? "https://huggingface.co"),
            cacheFolder,
            string.IsNullOrWhiteSpace(token) ? null : token.Trim(),
            options.Offline ?? IsTrue(Variable("HF_HUB_OFFLINE") ?? Variable("TRANSFORMERS_OFFLINE")),
            RepositoryName.CheckRevision(options.Revision),
            options.IncludeWeights,
            UseSymbolicLinks: !IsTrue(Variable("HF_HUB_DISABLE_SYMLINKS")),
            options.RetryCount,
            options.RetryDelay,
            options.Timeout ?? ParseTimeout(Variable("HF_HUB_DOWNLOAD_TIMEOUT")));
    }

    private static Uri ParseEndpoint(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https"
            ? endpoint
            : throw new HubException($"The address of the hub (HF_ENDPOINT) must begin with http:// or https://, but it is '{text}'.");

    private static TimeSpan ParseTimeout(string? text)
    {
        if (text is null)
        {
            return DefaultTimeout;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and < 1e6
            ? TimeSpan.FromSeconds(seconds)
            : throw new HubException($"HF_HUB_DOWNLOAD_TIMEOUT must be a number of seconds above 0, but it is '{text}'.");
    }

    private static bool IsTrue(string? text) => text?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    private static string? ReadTokenFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // no token: public models need none
        }
    }

    // `~`, `$NAME` and `${NAME}`, which a shell would have replaced; unknown names stay as they are.
    private static string ExpandPath(string path, Func<string, string?> environment)
    {
        string expanded = VariablePattern().Replace(path, match => environment(match.Groups[1].Value + match.Groups[2].Value) ?? match.Value);
        return expanded == "~" || expanded.StartsWith("~/", StringComparison.Ordinal)
            ? (environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)) + expanded[1..]
            : expanded;
    }

    [GeneratedRegex(@"\$(?:(\w+)|\{(\w+)\})")]
    private static partial Regex VariablePattern();
}
