using System.Text.Json;

namespace Akin.Cli.Tests;

public sealed class RunVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Run_OneText_PrintsWhatPythonReturns()
    {
        JsonElement result = JsonElement.Parse(AkinProcess.Run(
            "run", "ner", "--model", Model("bert", "token_classification"), "--aggregation-strategy", "simple", "Jimin Park works for Hanul in Busan.", "--json").Succeeded().Output);
        Assert.All(result.EnumerateArray(), entity => Assert.Equal(["entity_group", "score", "word", "start", "end"], entity.EnumerateObject().Select(field => field.Name)));
        JsonElement answer = JsonElement.Parse(AkinProcess.Run(
            "run", "question-answering", "--model", Model("bert", "question_answering"), "Where?", "--pair", "The parcel is in Busan.", "--json").Succeeded().Output);
        Assert.Equal(["score", "start", "end", "answer"], answer.EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public void Run_WithAFlagBeforeTheText_TakesBoth() => Assert.Equal(
        "text here", JsonElement.Parse(AkinProcess.Run(
            "run", "zero-shot-classification", "--model", Model("bart", "sequence_classification"), "--candidate-labels", "a,b", "--multi-label", "text here", "--json")
            .Succeeded().Output).GetProperty("sequence").GetString());

    [Fact]
    public void Run_AFile_PrintsALineForEveryText()
    {
        string input = _folder.Write("texts.txt", "The old lighthouse", "늙은 등대지기는");
        string[] lines = AkinProcess.Run(
            "run", "text-generation", "--model", Model("gpt2", "causal_lm"), "--input", input, "--max-new-tokens", "4", "--do-sample", "false", "--return-full-text", "false", "--json")
            .Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal("generated_text", JsonElement.Parse(line)[0].EnumerateObject().Single().Name));
        string[] table = AkinProcess.Run("run", "sentiment-analysis", "--model", Model("bert", "sequence_classification"), "--input", input).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("row\tlabel\tscore", table[0]);
        Assert.StartsWith("2\t", table[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_List_NamesTasksAndWhatAModelIsFor()
    {
        Assert.Contains("token-classification, ner", AkinProcess.Run("run", "--list").Succeeded().Output, StringComparison.Ordinal);
        string[] tasks = [.. AkinProcess.Run("run", "--list", "--model", Model("gpt2", "causal_lm"), "--json").Succeeded().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line).GetProperty("task").GetString()!)];
        Assert.Equal(["feature-extraction", "sentence-similarity", "text-generation"], tasks);
    }

    [Fact]
    public void Run_WhatCannotBe_SaysWhatCan()
    {
        AkinProcess.Run("run", "nerr", "--model", "x", "text").Refused("no task 'nerr'", "ner");
        AkinProcess.Run("run", "ner", "--model", Model("gpt2", "causal_lm"), "text").Refused("GPT2LMHeadModel", "text-generation");
        AkinProcess.Run("run", "ner", "--model", Model("bert", "token_classification")).Refused("Give either a text or a file");
    }

    public void Dispose() => _folder.Dispose();

    private static string Model(string architecture, string head) => Repository.Golden("models", "checkpoints", architecture, head);
}
