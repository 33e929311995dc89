using System.Net;
using System.Text.RegularExpressions;

namespace Akin.Server.Tests.Web;

public sealed partial class WebRoutesTests
{
    private static readonly string s_pages = Path.Combine(Repository.Root, "src", "Akin.Server", "Web", "Pages");

    public static TheoryData<string> Files() => new(Directory.EnumerateFiles(s_pages).Select(path => Path.GetFileName(path)));

    [Theory]
    [InlineData("search", "What to look for")]
    [InlineData("faq", "Your question")]
    [InlineData("qa", "Your question")]
    public async Task Root_OfEachPage_IsSentWithAStrictPolicyAndNeedsNoKey(string page, string label)
    {
        await using RunningServer server = await RunningServer.StartAsync(options => (options.Page, options.PageTitle, options.PageThreshold, options.ApiKeys) = (page, "Office", 0.6, ["read:0123456789"]));
        using HttpResponseMessage response = await server.Client.GetAsync("/");
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains(label, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));

        using HttpRequestMessage again = new(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await server.Client.SendAsync(again)).StatusCode);

        (_, System.Text.Json.JsonElement settings) = await server.GetAsync("/web/page.json");
        Assert.Equal($$"""{"page":"{{page}}","title":"Office","threshold":0.6}""", settings.GetRawText());
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/web/other.js")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/web/..%2FWebRoutes.cs")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Client.GetAsync("/v1/indexes")).StatusCode);
    }

    [Fact]
    public void Page_OfAnotherName_IsRefused() =>
        Assert.Throws<ServerSettingException>(() => AkinServer.Build(new AkinServerOptions { DefaultModel = RunningServer.BundledModel, Page = "shop" }));

    [Theory]
    [MemberData(nameof(Files))]
    public void File_OfThePages_AsksForNothingElsewhereAndHasNothingInline(string file)
    {
        string text = File.ReadAllText(Path.Combine(s_pages, file));
        string own = text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal); // a name, not an address
        Assert.DoesNotContain("http://", own, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https://", own, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("innerHTML", own, StringComparison.Ordinal);
        Assert.DoesNotContain("insertAdjacentHTML", own, StringComparison.Ordinal);
        Assert.DoesNotContain("document.write", own, StringComparison.Ordinal);
        if (file.EndsWith(".html", StringComparison.Ordinal))
        {
            Assert.DoesNotMatch(InlineScript(), text);
            Assert.DoesNotContain(" style=", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<style", text, StringComparison.Ordinal);
        }

        foreach (Match reference in References().Matches(text))
        {
            Assert.True(File.Exists(Path.Combine(s_pages, reference.Groups[1].Value)), $"{file} refers to {reference.Groups[1].Value}, which is not there.");
        }
    }

    [GeneratedRegex("""<script(?![^>]*\ssrc=)|\son[a-z]+=""")]
    private static partial Regex InlineScript();

    [GeneratedRegex("""(?:"/web/|from "\./)([^"?]+\.(?:js|css|svg))(?=")""")]
    private static partial Regex References();
}
