using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Akin.Web.Tests;

/// <summary>A page that is open, and what went wrong on it: errors in the console, and requests to elsewhere.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _faults = [];

    public Visit(IPage page, Uri address)
    {
        Page = page;
        page.SetDefaultTimeout(15_000);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !IsExpected(message.Text))
            {
                _faults.Enqueue($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _faults.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.ToString(), StringComparison.Ordinal))
            {
                _faults.Enqueue($"request to {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Answers that a test asks for on purpose: the browser writes every 4xx to its console.</summary>
    public string? ExpectedStatus { get; set; }

    public ILocator Hits => Page.Locator("#results .result");

    /// <summary>The identifiers of the results, best first.</summary>
    public Task<string[]> IdsAsync() => Page.EvaluateAsync<string[]>("[...document.querySelectorAll('#results .result')].map(hit => hit.querySelector('.hit-id')?.textContent ?? hit.querySelector('h2').textContent)");

    /// <summary>Types a query as a person does, and waits until results are there that are no former ones.</summary>
    public async Task TypeAsync(string query)
    {
        await Page.Locator("#query").PressSequentiallyAsync(query);
        await SettledAsync();
    }

    /// <summary>Waits until the last search is answered.</summary>
    public Task SettledAsync() => Page.WaitForFunctionAsync(
        """
        () => document.querySelector('#busy').hidden && document.querySelector('#results').getAttribute('aria-busy') === 'false'
            && decodeURIComponent(location.hash.replaceAll('+', ' ')).includes('q=' + document.querySelector('#query').value)
        """);

    public async ValueTask DisposeAsync()
    {
        await Page.Context.CloseAsync();
        Assert.Empty(_faults);
    }

    private bool IsExpected(string text) => ExpectedStatus is not null && text.Contains(ExpectedStatus, StringComparison.Ordinal);
}
