using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Akin.Web.Tests;

public sealed partial class SearchPageTests(Site site) : IClassFixture<Site>
{
    private static readonly BrowserNewContextOptions Phone = new() { ViewportSize = new ViewportSize { Width = 360, Height = 740 }, IsMobile = true, HasTouch = true, ColorScheme = ColorScheme.Dark };

    [BrowserFact]
    public async Task Search_AsOneTypes_FindsMarksExplainsAndMixesLanguages()
    {
        await using Visit visit = await site.OpenAsync();
        await Expect(visit.Page.Locator("#welcome h1")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".example")).Not.ToHaveCountAsync(0);
        await visit.TypeAsync("I lost my card");
        await Expect(visit.Hits.First.Locator("h2")).ToHaveTextAsync("I lost my card");
        await Expect(visit.Hits.First.Locator(".hit-text mark").First).ToHaveTextAsync("card");
        await Expect(visit.Page.Locator("#status")).ToContainTextAsync("The best 10 of 61");
        await Expect(visit.Page.Locator("#status")).ToContainTextAsync("中文");
        await Expect(visit.Page.Locator(".result .badge.other").First).ToBeVisibleAsync();
        await visit.Hits.First.Locator(".why summary").ClickAsync();
        await Expect(visit.Hits.First.Locator(".why-parts")).ToContainTextAsync("BM25");
        Assert.True(await visit.Hits.First.Locator(".strip i.meaning").EvaluateAsync<double>("bar => bar.getBoundingClientRect().width") > 10);
        await Expect(visit.Page.Locator(".result .hit-text[lang=zh]").First).ToBeVisibleAsync();

        await visit.Page.Locator("#more").ClickAsync();
        await Expect(visit.Hits).ToHaveCountAsync(20);
        Assert.Equal(20, (await visit.IdsAsync()).Distinct().Count());

        // The address brings the same search back.
        string[] before = await visit.IdsAsync();
        await visit.Page.ReloadAsync();
        await visit.SettledAsync();
        await Expect(visit.Hits).ToHaveCountAsync(10);
        Assert.Equal(before[..10], await visit.IdsAsync());
    }

    [BrowserFact]
    public async Task Slider_BetweenWordsAndMeaning_ChangesTheRanking()
    {
        await using Visit visit = await site.OpenAsync();
        await visit.TypeAsync("card");
        ILocator slider = visit.Page.Locator("#meaning");
        await Expect(visit.Page.Locator("#auto")).ToHaveAttributeAsync("aria-pressed", "true");
        await slider.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Home");
        await Expect(slider).ToHaveAttributeAsync("aria-valuetext", "words only");
        await Expect(visit.Page.Locator("#auto")).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(visit.Page).ToHaveURLAsync(Meaning0());
        await visit.SettledAsync();
        string[] byWords = await visit.IdsAsync();
        Assert.All(byWords, id => Assert.StartsWith("en-", id, StringComparison.Ordinal));
        await slider.FocusAsync();
        await visit.Page.Keyboard.PressAsync("End");
        await Expect(visit.Page).ToHaveURLAsync(Meaning1());
        await visit.SettledAsync();
        await Expect(visit.Page.Locator(".result .badge.other").First).ToBeVisibleAsync();
        Assert.NotEqual(byWords, (await visit.IdsAsync())[..byWords.Length]);

        // Signs are for words alone; what is not finished is explained, not an accident.
        await slider.FocusAsync();
        visit.ExpectedStatus = "400";
        await visit.Page.Keyboard.PressAsync("Home");
        await visit.Page.FillAsync("#query", "\"lost card");
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("cannot be read yet");
        await visit.Page.FillAsync("#query", "+card -lost");
        await Expect(visit.Page.Locator("#problem")).ToBeHiddenAsync();
        await visit.SettledAsync();
        Assert.DoesNotContain("en-lost-card", await visit.IdsAsync());
    }

    [BrowserFact]
    public async Task Filters_ByClick_NarrowAndGoAgain()
    {
        await using Visit visit = await site.OpenAsync("/#/search?q=opening+hours");
        await visit.SettledAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { NameRegex = Korean() }).ClickAsync();
        await Expect(visit.Page.Locator(".chosen-chip")).ToContainTextAsync("한국어");
        await visit.SettledAsync();
        Assert.All(await visit.IdsAsync(), id => Assert.StartsWith("ko-", id, StringComparison.Ordinal));
        await visit.Page.Locator("[data-choice='desk=\"north\"']").ClickAsync();
        await Expect(visit.Page.Locator(".chosen-chip")).ToHaveCountAsync(2);
        await Expect(visit.Hits).ToHaveCountAsync(10);
        await visit.Page.Locator(".chosen-chip").First.ClickAsync();
        await visit.Page.Locator(".chosen-chip").First.ClickAsync();
        await Expect(visit.Page.Locator(".chosen-chip")).ToHaveCountAsync(0);
        await visit.SettledAsync();
        Assert.Contains(await visit.IdsAsync(), id => id.StartsWith("en-", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task Keyboard_Alone_SearchesOpensAndFindsSimilar()
    {
        await using Visit visit = await site.OpenAsync();
        IKeyboard keyboard = visit.Page.Keyboard;
        await visit.Page.Locator("#theme").FocusAsync();
        await keyboard.PressAsync("/");
        await Expect(visit.Page.Locator("#query")).ToBeFocusedAsync();
        await keyboard.TypeAsync("late fee");
        await visit.SettledAsync();
        await Expect(visit.Hits.First).ToBeVisibleAsync();
        await keyboard.PressAsync("ArrowDown");
        await Expect(visit.Hits.First).ToBeFocusedAsync();
        await keyboard.PressAsync("ArrowDown");
        await Expect(visit.Hits.Nth(1)).ToBeFocusedAsync();
        await keyboard.PressAsync("ArrowUp");
        await keyboard.PressAsync("Enter");
        await Expect(visit.Hits.First.Locator("details.why")).ToHaveAttributeAsync("open", "");
        string title = await visit.Hits.First.Locator("h2").InnerTextAsync();
        await keyboard.PressAsync("s");
        await Expect(visit.Page.Locator("#status")).ToContainTextAsync($"Near to “{title}”");
        Assert.DoesNotContain(title, await visit.Hits.Locator("h2").AllInnerTextsAsync());
        await keyboard.PressAsync("/");
        await keyboard.PressAsync("Escape");
        await Expect(visit.Page.Locator("#welcome")).ToBeVisibleAsync();
        await visit.Page.Locator("#theme").FocusAsync();
        await keyboard.PressAsync("?");
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await keyboard.PressAsync("Escape");
        await Expect(visit.Page.Locator("#help")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Document_ThatIsHostile_IsShownAsItsText()
    {
        await using Visit visit = await site.OpenAsync();
        await visit.TypeAsync("zebra");
        ILocator hit = visit.Hits.First;
        await Expect(hit.Locator("h2")).ToHaveTextAsync(Site.HostileTitle);
        await Expect(hit.Locator(".hit-text")).ToContainTextAsync("<script>document.title='broken'</script>");
        await hit.GetByRole(AriaRole.Button, new() { Name = "Whole text" }).ClickAsync();
        await visit.Page.Locator(".choice-name", new() { HasText = "<script>" }).ClickAsync();
        await Expect(visit.Page.Locator(".chosen-chip")).ToContainTextAsync("\"><script>");
        Assert.Equal("library – Akin", await visit.Page.TitleAsync());
        Assert.Equal(0, await visit.Page.Locator("#results img, #results script, #results b, #filters script, #filters i:not([class])").CountAsync());
    }

    [BrowserFact]
    public async Task Map_OfTheDocuments_DrawsShowsAndSearches()
    {
        await using Visit visit = await site.OpenAsync("/#/map");
        ILocator canvas = visit.Page.Locator("#map");
        await Expect(canvas).ToHaveAttributeAsync("data-drawn", "61");
        Assert.True(await canvas.EvaluateAsync<int>(
            """
            canvas => {
                const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                const colours = new Set();
                for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) colours.add(`${data[i] >> 5} ${data[i + 1] >> 5} ${data[i + 2] >> 5}`);
                return colours.size;
            }
            """) >= 3);
        await Expect(visit.Page.Locator("#legend .legend-item")).Not.ToHaveCountAsync(0);
        await visit.Page.Locator("#legend .legend-item").First.ClickAsync();
        await Expect(canvas).Not.ToHaveAttributeAsync("data-drawn", "61");
        await visit.Page.Locator("#legend .legend-item").First.ClickAsync();
        await visit.Page.SelectOptionAsync("#map-field", "desk");
        await Expect(visit.Page.Locator("#legend")).ToContainTextAsync("north");
        await canvas.FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await visit.Page.Keyboard.PressAsync("+");
        await Expect(visit.Page.Locator("#map-tip")).ToBeVisibleAsync();
        string label = await visit.Page.Locator(".tip-text").InnerTextAsync();
        await Expect(visit.Page.Locator("#map-live")).ToContainTextAsync(label[..Math.Min(10, label.Length)]);
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("#status")).ToContainTextAsync("Near to");
        await Expect(visit.Hits).ToHaveCountAsync(10);
    }

    [BrowserFact]
    public async Task Upload_OfATable_ShowsProgressAndWhatWasRejectedAndIsFound()
    {
        await using Visit visit = await site.OpenAsync("/#/index");
        await Expect(visit.Page.Locator(".figures")).ToContainTextAsync("akin-mini-ko-zh-en");
        string rows = string.Concat(Enumerable.Range(0, 150).Select(i => $"u{i},Umbrella {i},\"Umbrellas of kind {i}, lent at the door.\"\n"));
        await visit.Page.SetInputFilesAsync("#file", new FilePayload { Name = "umbrellas.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes($"id,question,answer\n{rows}bad,row\n") });
        await Expect(visit.Page.Locator(".preview tbody tr")).ToHaveCountAsync(4);
        Assert.Equal("answer", await visit.Page.InputValueAsync("#text-field"));
        try
        {
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add the documents" }).ClickAsync();
            await Expect(visit.Page.Locator("#upload-run [role=status]")).ToHaveTextAsync("151 rows: 150 new, 0 replaced, 0 unchanged, 1 rejected");
            await Expect(visit.Page.Locator(".rejected")).ToContainTextAsync("152");
            await Expect(visit.Page.Locator(".figures")).ToContainTextAsync("211");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Search them" }).ClickAsync();
            await visit.TypeAsync("Umbrella 17");
            Assert.Contains("u17", await visit.IdsAsync());
        }
        finally
        {
            using HttpClient client = new() { BaseAddress = site.Address };
            for (int i = 0; i < 150; i++)
            {
                await client.DeleteAsync($"/v1/indexes/library/documents/u{i}"); // other tests count documents
            }
        }
    }

    [BrowserFact]
    public async Task Page_OnAPhoneInTheDark_FitsAndReads()
    {
        await using Visit visit = await site.OpenAsync("/#/search?q=%EC%B9%B4%EB%93%9C", Phone);
        await visit.SettledAsync();
        foreach (string view in new[] { "search", "map", "index" })
        {
            await visit.Page.Locator($"[data-view={view}]").First.ClickAsync();
            await Expect(visit.Page.Locator($"#view-{view}")).ToBeVisibleAsync();
            Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{view} is wider than the screen.");
        }

        await visit.Page.Locator("[data-view=search]").First.ClickAsync();
        Assert.True(await LightnessAsync(visit, "background-color") < 0.2 && await LightnessAsync(visit, "color") > 0.8);
        await visit.Page.Locator("#theme").ClickAsync(); // light, against the system
        Assert.True(await LightnessAsync(visit, "background-color") > 0.8 && await LightnessAsync(visit, "color") < 0.2);
        await visit.Page.ReloadAsync();
        await visit.Page.WaitForSelectorAsync("body[data-ready]");
        Assert.True(await LightnessAsync(visit, "background-color") > 0.8);
    }

    [BrowserFact]
    public async Task Controls_AllOfThem_HaveANameForThoseWhoListen()
    {
        await using Visit visit = await site.OpenAsync("/#/search?q=card");
        await visit.SettledAsync();
        string[] nameless = await visit.Page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll("button, a, input, select, canvas, summary")]
                .filter(control => !(control.getAttribute("aria-label") || control.textContent.trim() || control.labels?.length || control.getAttribute("aria-labelledby")))
                .map(control => control.outerHTML.slice(0, 80))
            """);
        Assert.Empty(nameless);
        foreach (string landmark in new[] { "header", "main", "nav", "aside", "[role=search]", "[role=status]" })
        {
            Assert.True(await visit.Page.Locator(landmark).CountAsync() >= 1, landmark);
        }
    }

    [BrowserFact]
    public async Task QuestionPage_WithAndWithoutAnAnswer_SaysSo()
    {
        await using Visit visit = await site.OpenAsync("/web/faq.html");
        await visit.Page.FillAsync("#query", "I lost my card");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator(".answer h2").First).ToHaveTextAsync("I lost my card");
        await Expect(visit.Page.Locator(".answer-text").First).ToContainTextAsync("block the card");
        await visit.Page.Locator("#threshold").FocusAsync();
        await visit.Page.Keyboard.PressAsync("End");
        await visit.Page.FillAsync("#query", "How far away is the moon?");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator(".answer.unknown h2")).ToHaveTextAsync("I do not know.");
        await Expect(visit.Page.Locator(".answer.unknown .other-question")).Not.ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task AnswerPage_OfAQuestion_ShowsTheSentenceInItsSource()
    {
        await using Visit visit = await site.OpenAsync("/web/qa.html");
        await visit.Page.FillAsync("#query", "How much is a new card after losing it?");
        await visit.Page.Keyboard.PressAsync("Enter");
        string answer = await visit.Page.Locator(".answer-best").InnerTextAsync();
        await Expect(visit.Page.Locator("blockquote .sentence")).ToHaveTextAsync(answer);
        await Expect(visit.Page.Locator(".steps")).ToContainTextAsync("searched");
    }

    // Of one colour channel; the page's colours are nearly grey.
    private static Task<double> LightnessAsync(Visit visit, string property) =>
        visit.Page.EvaluateAsync<double>($"Number(getComputedStyle(document.body).getPropertyValue('{property}').match(/\\d+/)[0]) / 255");

    [GeneratedRegex("m=0(&|$)")]
    private static partial Regex Meaning0();

    [GeneratedRegex("m=1(&|$)")]
    private static partial Regex Meaning1();

    [GeneratedRegex("^한국어")]
    private static partial Regex Korean();
}
