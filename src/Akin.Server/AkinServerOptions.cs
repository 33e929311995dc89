using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace Akin.Server;

/// <summary>Every setting of the server. Read from section <c>Akin</c> of <c>appsettings.json</c>, then from the environment (<c>AKIN__QUEUETOKENS=…</c>), then from flags.</summary>
public sealed class AkinServerOptions
{
    /// <summary>The section of a configuration that holds the settings; in front of the names of environment variables as <c>AKIN__</c>.</summary>
    public const string SectionName = "Akin";

    /// <summary>Where to listen, several addresses apart by <c>;</c>. Port 0 takes a free one.</summary>
    /// <value><c>http</c> or <c>https</c> addresses; default <c>http://127.0.0.1:8080</c>, which other machines cannot reach.</value>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:8080";

    /// <summary>The models, each <c>NAME=PATH_OR_ID</c> or only <c>PATH_OR_ID</c>, whose last part is then the name. The first of a kind answers requests that name none.</summary>
    /// <value>Default: none; then <see cref="DefaultModel"/> is served.</value>
    public IList<string> Models { get; set; } = [];

    /// <summary>The model that is served where <see cref="Models"/> is empty; a folder or a name on the hub.</summary>
    /// <value>Default: none. <c>akin serve</c> puts the model here that comes with it.</value>
    public string? DefaultModel { get; set; }

    /// <summary>Whether a model is loaded again when files of its folder change.</summary>
    /// <value>Default: yes.</value>
    public bool WatchesModels { get; set; } = true;

    /// <summary>The indexes, each <c>NAME=FOLDER</c> or only <c>FOLDER</c>, whose last part without its ending is then the name.</summary>
    /// <value>Default: none.</value>
    public IList<string> Indexes { get; set; } = [];

    /// <summary>The page at <c>/</c>: <c>search</c>, <c>faq</c> (a list of questions with their answers) or <c>qa</c> (answers from documents).</summary>
    /// <value>Default: <c>search</c>.</value>
    [RegularExpression("search|faq|qa")]
    public string Page { get; set; } = "search";

    /// <summary>The headline of the page of an application.</summary>
    /// <value>Default: none; the page has one of its own.</value>
    public string? PageTitle { get; set; }

    /// <summary>How near an answer must be, or the page of an application says that it does not know; whoever asks can change it.</summary>
    /// <value>0 … 1; default: none, the page has one of its own.</value>
    [Range(0, 1.0)]
    public double? PageThreshold { get; set; }

    /// <summary>The most tokens that are computed at a time, unless one text alone has more.</summary>
    /// <value>64 … 1,048,576; default 8192.</value>
    [Range(64, 1 << 20)]
    public int BatchTokens { get; set; } = 8192;

    /// <summary>How long computing one batch should take at most: batches of slow models are made smaller, so that a small request need not wait long for the one in progress.</summary>
    /// <value>1 … 10,000 milliseconds; default 50.</value>
    [Range(1, 10_000)]
    public int BatchMilliseconds { get; set; } = 50;

    /// <summary>The most tokens that wait at a time: it bounds the memory of waiting requests.</summary>
    /// <value>1024 … 1,073,741,824; default 2,097,152.</value>
    [Range(1024, 1 << 30)]
    public int QueueTokens { get; set; } = 1 << 21;

    /// <summary>The longest that a new small request may be expected to wait for its turn, by the speed measured so far. Beyond it requests are refused at once with 429.</summary>
    /// <value>0.01 … 3600 seconds; default 2.</value>
    [Range(0.01, 3600)]
    public double QueueSeconds { get; set; } = 2;

    /// <summary>How long after its arrival a request is answered with 504, and what is left of its work is not done any more.</summary>
    /// <value>0.01 … 86,400 seconds; default 30.</value>
    [Range(0.01, 86_400)]
    public double DeadlineSeconds { get; set; } = 30;

    /// <summary>How long accepted requests are waited for when the server is to stop.</summary>
    /// <value>0 … 86,400 seconds; default 120.</value>
    [Range(0, 86_400)]
    public double DrainSeconds { get; set; } = 120;

    /// <summary>The longest body of a request; routes that stream their input have no such limit.</summary>
    /// <value>1024 … 1,073,741,824 bytes; default 33,554,432 (32 MiB).</value>
    [Range(1024, 1 << 30)]
    public int MaxBodyBytes { get; set; } = 32 << 20;

    /// <summary>The most texts of one request.</summary>
    /// <value>1 … 1,000,000; default 2048.</value>
    [Range(1, 1_000_000)]
    public int MaxTexts { get; set; } = 2048;

    /// <summary>The longest text, in UTF-16 units. (A model reads its first few hundred tokens; longer texts only cost time.)</summary>
    /// <value>1 … 536,870,912; default 1,000,000.</value>
    [Range(1, 1 << 29)]
    public int MaxTextLength { get; set; } = 1_000_000;

    /// <summary>How deep JSON may be nested.</summary>
    /// <value>4 … 64; default 32.</value>
    [Range(4, 64)]
    public int MaxJsonDepth { get; set; } = 32;

    /// <summary>The most connections that are open at a time; more are closed at once.</summary>
    /// <value>1 … 1,000,000; default 4096.</value>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 4096;

    /// <summary>The least speed at which a body must arrive, after as many seconds as headers may take; a slower one is answered with 408.</summary>
    /// <value>1 … 1,073,741,824 bytes a second; default 240.</value>
    [Range(1, 1 << 30)]
    public int MinBodyBytesPerSecond { get; set; } = 240;

    /// <summary>How long the headers of a request may take to arrive.</summary>
    /// <value>0.1 … 3600 seconds; default 10.</value>
    [Range(0.1, 3600)]
    public double HeaderSeconds { get; set; } = 10;

    /// <summary>API keys, each <c>read:KEY</c> or <c>write:KEY</c>. A writer may do all that a reader may, and change indexes and load models again.</summary>
    /// <value>Default: none, and with no <see cref="ApiKeyFile"/> either everybody who reaches the address may do everything.</value>
    public IList<string> ApiKeys { get; set; } = [];

    /// <summary>A file with further keys, a line each; empty lines and lines that begin with <c>#</c> do not count.</summary>
    /// <value>Default: none.</value>
    public string? ApiKeyFile { get; set; }

    /// <summary>The certificate of <c>https</c> addresses: a PEM file (with <see cref="CertificateKey"/>) or a PKCS #12 file.</summary>
    /// <value>Default: none.</value>
    public string? Certificate { get; set; }

    /// <summary>The PEM file with the certificate's private key.</summary>
    /// <value>Default: none; then <see cref="Certificate"/> holds the key too.</value>
    public string? CertificateKey { get; set; }

    /// <summary>The password of the private key.</summary>
    /// <value>Default: none.</value>
    public string? CertificatePassword { get; set; }

    /// <summary>Web sites whose pages may call the server from a browser, such as <c>https://example.org</c>; <c>*</c> for all.</summary>
    /// <value>Default: none.</value>
    public IList<string> CorsOrigins { get; set; } = [];

    /// <summary>The least important messages that are logged, to stderr.</summary>
    /// <value>Trace, Debug, Information, Warning, Error, Critical or None; default Information.</value>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>Whether messages of the log are JSON objects, one a line.</summary>
    /// <value>Default: no, they are for people.</value>
    public bool LogsJson { get; set; }

    /// <summary>The address of an OpenTelemetry collector that is sent the metrics: <c>http://127.0.0.1:4317</c> (gRPC), or <c>http://127.0.0.1:4318/v1/metrics</c>.</summary>
    /// <value>Default: none.</value>
    public string? OtlpEndpoint { get; set; }

    /// <summary>Reads the settings that lie in a folder's <c>appsettings.json</c> and in the environment.</summary>
    /// <param name="folder">The folder; a file there need not be.</param>
    /// <param name="settings">Settings by name that come before both, such as flags; null for none.</param>
    /// <exception cref="ServerSettingException">There is no such setting, it has the wrong type, or the file is not JSON.</exception>
    public static AkinServerOptions Load(string folder, IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        try
        {
            IConfigurationRoot configuration = new ConfigurationBuilder()
                .SetBasePath(Path.GetFullPath(folder))
                .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
                .AddEnvironmentVariables()
                .AddInMemoryCollection((settings ?? []).Select(setting => KeyValuePair.Create($"{SectionName}:{setting.Key}", setting.Value)))
                .Build();
            AkinServerOptions options = new();
            configuration.GetSection(SectionName).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
            return options;
        }
        catch (Exception error) when (error is InvalidOperationException or InvalidDataException or FormatException)
        {
            string cause = error.InnerException is { } inner ? $" {inner.Message}" : "";
            throw new ServerSettingException($"The server's settings cannot be read: {error.Message}{cause}", error);
        }
    }

    /// <summary>Checks every bound.</summary>
    /// <exception cref="ServerSettingException">A setting is outside its bounds; the message says which, what it is and what is possible.</exception>
    public void Validate()
    {
        Microsoft.Extensions.Options.ValidateOptionsResult result = new AkinServerOptionsValidator().Validate(name: null, this);
        if (result.Failed)
        {
            throw new ServerSettingException($"The server cannot run with these settings: {string.Join(" ", result.Failures)}");
        }
    }
}
