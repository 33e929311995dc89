using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Akin.Hub;

/// <summary>Speaks to the hub: requests with the token, redirects, pauses and repetitions, and answers turned into typed errors.</summary>
internal sealed class HubClient(HubSettings settings)
{
    private const int MaxRedirects = 10;
    private const int MaxJsonBytes = 64 << 20;
    private const int MaxPages = 1000;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(8);

    // One pool of connections for the process; names are looked up again every few minutes.
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // the token must not follow to another host, and the first answer of a redirect holds the checksum
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan, // silence is timed, not the length of a download
        MaxResponseContentBufferSize = MaxJsonBytes,
    };

    public Uri FileAddress(string repository, string revision, string file) =>
        new(settings.Endpoint, $"{repository}/resolve/{Uri.EscapeDataString(revision)}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>Asks for a file's commit, checksum, size and place, without its content.</summary>
    /// <exception cref="EntryNotFoundException">The file is not there; <paramref name="missingAt"/> was told the commit when the hub named it.</exception>
    public async Task<FileMetadata> HeadAsync(
        string repository, string revision, string file, int retryCount, Action<string>? missingAt, CancellationToken cancellationToken)
    {
        Uri address = FileAddress(repository, revision, file);
        string? commit = null, etag = null;
        long? size = null;
        for (int redirect = 0; redirect <= MaxRedirects; redirect++)
        {
            using HttpResponseMessage response = await SendAsync(HttpMethod.Head, address, 0, retryCount, cancellationToken).ConfigureAwait(false);
            commit ??= Header(response, "X-Repo-Commit");
            if (IsRedirect(response) || response.IsSuccessStatusCode)
            {
                etag ??= Header(response, "X-Linked-ETag");
                size ??= ParseSize(Header(response, "X-Linked-Size"));
                if (IsRedirect(response) && response.Headers.Location is { IsAbsoluteUri: false } relative)
                {
                    address = new Uri(address, relative); // a renamed repository, or the cached copy of a small file on the same host
                    continue;
                }

                etag ??= NormalizeETag(Header(response, "ETag"));
                size ??= IsRedirect(response) ? null : response.Content.Headers.ContentLength;
                Uri location = IsRedirect(response) ? Target(response, address) : address;
                return CheckMetadata(repository, file, commit, etag is null ? null : NormalizeETag(etag), size, location);
            }

            if (response.StatusCode == HttpStatusCode.NotFound && Header(response, "X-Error-Code") == "EntryNotFound" && commit is not null
                && RepositoryName.IsCommit(commit))
            {
                missingAt?.Invoke(commit);
            }

            throw Error(response, repository, revision, file);
        }

        throw new HubUnavailableException($"{address} redirects more than {MaxRedirects} times.");
    }

    /// <summary>Opens the content of a file from byte <paramref name="firstByte"/> on, following redirects; the answer is 200 or 206, or 416 past the end.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string repository, string revision, string file, Uri address, long firstByte, CancellationToken cancellationToken)
    {
        for (int redirect = 0; redirect <= MaxRedirects; redirect++)
        {
            HttpResponseMessage response = await SendAsync(HttpMethod.Get, address, firstByte, retryCount: 0, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode || (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && firstByte > 0))
            {
                return response;
            }

            using (response)
            {
                address = IsRedirect(response) ? Target(response, address) : throw Error(response, repository, revision, file);
            }
        }

        throw new HubUnavailableException($"{address} redirects more than {MaxRedirects} times.");
    }

    /// <summary>All files of a repository at a commit.</summary>
    public async Task<List<RepositoryFile>> ListFilesAsync(string repository, string commit, CancellationToken cancellationToken)
    {
        List<RepositoryFile> files = [];
        Uri? page = new(settings.Endpoint, $"api/models/{repository}/tree/{commit}?recursive=true&expand=false");
        for (int pageCount = 0; page is not null; pageCount++)
        {
            if (pageCount == MaxPages)
            {
                throw new HubUnavailableException($"The listing of '{repository}' has more than {MaxPages} pages.");
            }

            (JsonDocument document, page) = await GetJsonAsync(page, repository, commit, cancellationToken).ConfigureAwait(false);
            using (document)
            {
                files.AddRange(HubJson.ReadFiles(document.RootElement, repository));
            }
        }

        return files;
    }

    /// <summary>Gets a JSON document and the address of the page after it, if any.</summary>
    public async Task<(JsonDocument Document, Uri? NextPage)> GetJsonAsync(Uri address, string repository, string revision, CancellationToken cancellationToken)
    {
        for (int redirect = 0; redirect <= MaxRedirects; redirect++)
        {
            using HttpResponseMessage response =
                await SendAsync(HttpMethod.Get, address, 0, settings.RetryCount, cancellationToken, HttpCompletionOption.ResponseContentRead).ConfigureAwait(false);
            if (IsRedirect(response))
            {
                address = Target(response, address);
                continue;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw Error(response, repository, revision, file: null);
            }

            try
            {
                byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                return (JsonDocument.Parse(body), NextPage(response, address));
            }
            catch (JsonException error)
            {
                throw new HubUnavailableException($"{address} did not answer with JSON ({error.Message}): is {settings.Endpoint} a hub?", response.StatusCode, error);
            }
        }

        throw new HubUnavailableException($"{address} redirects more than {MaxRedirects} times.");
    }

    /// <summary>The pause before repetition <paramref name="attempt"/> (from 0): doubling, at most 8 seconds.</summary>
    public TimeSpan DelayBefore(int attempt) =>
        TimeSpan.FromTicks(Math.Min(settings.RetryDelay.Ticks << Math.Min(attempt, 10), Math.Max(MaxDelay.Ticks, settings.RetryDelay.Ticks)));

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri address, long firstByte, int retryCount, CancellationToken cancellationToken,
        HttpCompletionOption completion = HttpCompletionOption.ResponseHeadersRead)
    {
        for (int attempt = 0; ; attempt++)
        {
            HubUnavailableException failure;
            TimeSpan? serverDelay = null;
            try
            {
                HttpResponseMessage response = await SendOnceAsync(method, address, firstByte, completion, cancellationToken).ConfigureAwait(false);
                if (!IsPassing(response.StatusCode))
                {
                    return response;
                }

                using (response)
                {
                    serverDelay = response.Headers.RetryAfter?.Delta;
                    failure = new HubUnavailableException($"{address} answered {(int)response.StatusCode} {response.ReasonPhrase}.", response.StatusCode);
                }
            }
            catch (HttpRequestException error) when (!cancellationToken.IsCancellationRequested)
            {
                failure = new HubUnavailableException($"{settings.Endpoint.Authority} cannot be reached: {error.Message}", error.StatusCode, error);
                if (error.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.ConfigurationLimitExceeded)
                {
                    throw failure;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failure = new HubUnavailableException($"{address.Authority} did not answer within {settings.Timeout.TotalSeconds:0.#} seconds.");
            }

            if (attempt >= retryCount)
            {
                throw failure;
            }

            TimeSpan delay = DelayBefore(attempt);
            await Task.Delay(serverDelay > delay && serverDelay < TimeSpan.FromMinutes(1) ? serverDelay.Value : delay, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method, Uri address, long firstByte, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("akin", typeof(HubClient).Assembly.GetName().Version?.ToString(3) ?? "0"));

        // Bytes as they are stored: only then does a Range mean a place in the file, and Content-Length its size.
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (firstByte > 0)
        {
            request.Headers.Range = new RangeHeaderValue(firstByte, null);
        }

        if (settings.Token is { } token && IsHub(address))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(settings.Timeout);
        HttpResponseMessage response = await Http.SendAsync(request, completion, silence.Token).ConfigureAwait(false);
        if (response.Content.Headers.ContentEncoding.Any(encoding => encoding is not "identity"))
        {
            string encodings = string.Join(", ", response.Content.Headers.ContentEncoding);
            response.Dispose();
            throw new HubUnavailableException($"{address} answered compressed ({encodings}), although plain bytes were asked for.");
        }

        return response;
    }

    private HubException Error(HttpResponseMessage response, string repository, string revision, string? file)
    {
        bool withToken = settings.Token is not null;
        string? message = Header(response, "X-Error-Message");
        return Header(response, "X-Error-Code") switch
        {
            "RepoNotFound" => new RepositoryNotFoundException(repository, settings.Endpoint, withToken),
            "GatedRepo" => new GatedRepositoryException(repository, settings.Endpoint, withToken),
            "RevisionNotFound" => new RevisionNotFoundException(repository, revision),
            "EntryNotFound" => new EntryNotFoundException(repository, revision, file ?? ""),

            // The hub hides private repositories behind 401; another message means that the token itself is wrong.
            _ when response.StatusCode == HttpStatusCode.Unauthorized && message != "Invalid credentials in Authorization header" =>
                new RepositoryNotFoundException(repository, settings.Endpoint, withToken),
            _ when response.StatusCode == HttpStatusCode.Unauthorized =>
                new HubUnavailableException($"{settings.Endpoint.Authority} does not accept the token: check HF_TOKEN.", response.StatusCode),
            _ => new HubUnavailableException(
                $"{response.RequestMessage?.RequestUri} answered {(int)response.StatusCode} {response.ReasonPhrase}{(message is null ? "" : $": {message}")}.",
                response.StatusCode),
        };
    }

    private FileMetadata CheckMetadata(string repository, string file, string? commit, string? etag, long? size, Uri location)
    {
        if (commit is null || !RepositoryName.IsCommit(commit))
        {
            throw new HubUnavailableException($"{settings.Endpoint} does not name the commit of '{repository}' (X-Repo-Commit is '{commit}'): is it a hub?");
        }

        if (etag is null || !RepositoryName.IsBlobName(etag) || size is null or < 0)
        {
            throw new HubUnavailableException($"{settings.Endpoint} does not tell checksum and size of '{file}' of '{repository}' (ETag '{etag}', size {size}).");
        }

        return new FileMetadata(commit, etag, size.Value, location);
    }

    private bool IsHub(Uri address) => address.Scheme == settings.Endpoint.Scheme && address.Authority == settings.Endpoint.Authority;

    private static bool IsPassing(HttpStatusCode status) => (int)status is 408 or 429 or 500 or 502 or 503 or 504;

    private static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is >= 300 and < 400;

    private static Uri Target(HttpResponseMessage response, Uri address)
    {
        Uri target = response.Headers.Location is { } location
            ? new Uri(address, location)
            : throw new HubUnavailableException($"{address} redirects without saying where.", response.StatusCode);
        bool isAllowed = target.Scheme == "https" || (target.Scheme == "http" && address.Scheme == "http");
        return isAllowed ? target : throw new HubUnavailableException($"{address} redirects to {target.Scheme}, which is not safe.", response.StatusCode);
    }

    // Link: <https://…?cursor=…>; rel="next"
    private Uri? NextPage(HttpResponseMessage response, Uri address)
    {
        if (Header(response, "Link") is not { } link)
        {
            return null;
        }

        foreach (string part in link.Split(','))
        {
            int close = part.IndexOf('>', StringComparison.Ordinal);
            if (close > 0 && part.TrimStart().StartsWith('<') && part.AsSpan(close).Contains("rel=\"next\"", StringComparison.Ordinal))
            {
                Uri next = new(address, part[(part.IndexOf('<', StringComparison.Ordinal) + 1)..close]);
                return IsHub(next) ? next : throw new HubUnavailableException($"{address} continues its listing on another host, {next.Authority}.");
            }
        }

        return null;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    // W/"abc" → abc: a weak tag names the same content here.
    private static string? NormalizeETag(string? etag) => etag is null ? null : (etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..] : etag).Trim('"');

    private static long? ParseSize(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : null;
}
