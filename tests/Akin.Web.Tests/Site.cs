using System.Text.Json;
using Akin.Pipelines;
using Akin.Search;
using Akin.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace Akin.Web.Tests;

/// <summary>One browser and one server for all tests: an index of 60 texts in three languages with prices, and some that are hostile.</summary>
public sealed class Site : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-web-").FullName;
    private WebApplication? _app;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The title of a document that would break a page which does not escape.</summary>
    public const string HostileTitle = "<img src=x onerror=\"document.title='broken'\"> & <b>bold</b>";

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public async Task InitializeAsync()
    {
        if (BrowserFactAttribute.Chromium is not { } chromium)
        {
            return;
        }

        string model = Path.Combine(Repository.Root, "models", "akin-mini-ko-zh-en");
        using (SemanticIndex index = SemanticIndex.OpenOrCreate(Path.Combine(_folder, "library.akin"), SentenceTransformer.FromPretrained(model)))
        {
            index.Add(Documents());
        }

        _app = AkinServer.Build(new AkinServerOptions { Urls = "http://127.0.0.1:0", DefaultModel = model, Indexes = [Path.Combine(_folder, "library.akin")] });
        await AkinServer.StartAsync(_app);
        Address = new Uri(_app.Urls.First());
        Assertions.SetDefaultExpectTimeout(15_000); // the machine may have much else to do
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
        if (_app is not null)
        {
            await AkinServer.StopAsync(_app);
            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Opens a page of the server and waits until it can be used.</summary>
    /// <param name="path">Behind the address.</param>
    /// <param name="options">Width, colours; null for a light desktop.</param>
    public async Task<Visit> OpenAsync(string path = "/", BrowserNewContextOptions? options = null)
    {
        IBrowserContext context = await _browser!.NewContextAsync(options ?? new BrowserNewContextOptions { ColorScheme = ColorScheme.Light });
        Visit visit = new(await context.NewPageAsync(), Address);
        await visit.Page.GotoAsync(new Uri(Address, path).ToString());
        await visit.Page.WaitForSelectorAsync("body[data-ready]");
        return visit;
    }

    private static IEnumerable<Document> Documents()
    {
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "samples", "data", "library.jsonl")))
        {
            JsonElement json = JsonElement.Parse(line);
            string Of(string name) => json.GetProperty(name).GetString()!;
            yield return new Document(Of("id"), Of("text")) { Title = Of("title"), Metadata = $$"""{"lang":"{{Of("lang")}}","desk":"{{(number++ % 2 == 0 ? "north" : "south")}}"}""" };
        }

        yield return new Document("hostile</script>", "<script>document.title='broken'</script> zebra " + new string('x', 600)) { Title = HostileTitle, Metadata = """{"lang":"<i>en</i>","desk":"\"><script>"}""" };
    }
}
