using System.Net;
using System.Text;
using System.Text.Json;

namespace Akin.Cli.Tests;

public class ServeVerbTests
{
    [Fact]
    public async Task Serve_OnceReady_PrintsItsAddressAndAnswersThere()
    {
        using AkinProcess process = AkinProcess.Start(["serve", "--urls", "http://127.0.0.1:0", "--set", "MaxTexts=2"]);
        using HttpClient client = new() { BaseAddress = Address(process) };
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(client, """{"texts":["a","b"]}""")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(client, """{"texts":["a","b","c"]}""")).StatusCode);
        process.Interrupt();
        AkinResult result = process.Wait();
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(1, result.Output.Count(letter => letter == '\n'));
    }

    [Fact]
    public async Task Serve_AtSigterm_AnswersAllThatItAcceptedAndExitsWith0()
    {
        using AkinProcess process = AkinProcess.Start(["serve", "--json", "--urls", "http://127.0.0.1:0", "--set", "QueueSeconds=60"]);
        process.WaitUntil(() => process.OutputSoFar.EndsWith('\n'));
        using HttpClient client = new() { BaseAddress = new Uri(JsonElement.Parse(process.OutputSoFar).GetProperty("urls")[0].GetString()!) };
        string json = JsonSerializer.Serialize(new { texts = Enumerable.Range(0, 50).Select(i => $"{i} " + string.Concat(Enumerable.Repeat("how do I return a parcel? ", 20))), dimensions = 2 });
        Task<HttpResponseMessage>[] requests = [.. Enumerable.Range(0, 8).Select(_ => PostAsync(client, json))];
        await Task.WhenAny(requests);
        process.Terminate();
        foreach (Task<HttpResponseMessage> request in requests)
        {
            using HttpResponseMessage response = await request;
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                Assert.Equal(50, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("embeddings").GetArrayLength());
            }
        }

        Assert.Equal(0, process.Wait().ExitCode);
    }

    [Theory]
    [InlineData("--set", "MaxTexts=0", "between 1 and")]
    [InlineData("--set", "Colour=red", "Colour")]
    [InlineData("--set", "MaxTexts", "NAME=VALUE")]
    [InlineData("--urls", "127.0.0.1", "http://IP:PORT")]
    [InlineData("--model", "nowhere/no-such-model-here", "no-such-model-here")]
    [InlineData("--api-key-file", "no-such-file.txt", "no-such-file.txt")]
    public void Serve_WithWhatCannotBe_SaysWhatIsPossible(string flag, string value, string message)
    {
        using AkinProcess process = AkinProcess.Start(
            ["serve", .. flag == "--urls" ? [] : (string[])["--urls", "http://127.0.0.1:0"], flag, value], new Dictionary<string, string> { ["HF_HUB_OFFLINE"] = "1" });
        process.Wait().Refused(message);
    }

    [Fact]
    public void Serve_OnAnAddressInUse_SaysSo()
    {
        using AkinProcess first = AkinProcess.Start(["serve", "--urls", "http://127.0.0.1:0"]);
        Uri address = Address(first);
        AkinProcess.Run("serve", "--urls", address.ToString()).Refused("in use");
        first.Terminate();
        Assert.Equal(0, first.Wait().ExitCode);
    }

    /// <summary>The address on stdout.</summary>
    internal static Uri Address(AkinProcess process)
    {
        process.WaitUntil(() => process.OutputSoFar.EndsWith('\n'));
        return new Uri(process.OutputSoFar.Trim());
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string json) =>
        client.PostAsync("/v1/encode", new StringContent(json, Encoding.UTF8, "application/json"));
}
