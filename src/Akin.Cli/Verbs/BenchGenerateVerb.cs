using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Models;
using Akin.Models.Generation;
using Akin.Models.Heads;
using Akin.Tensors;

namespace Akin.Cli.Verbs;

/// <summary><c>akin bench generate</c>: how fast a decoder writes, beside what the memory allows.</summary>
/// <remarks>Every token of a batch needs every weight once: weights over the memory's speed is the least time of a step.</remarks>
internal sealed class BenchGenerateVerb : Verb
{
    private readonly Option<string?> _model = new("--model", "-m") { Description = "A decoder by folder or hub name; without one a random model of the size of GPT-2 small." };
    private readonly Option<string> _batches = new("--batch") { Description = "Texts that are written at once, several numbers with commas.", DefaultValueFactory = _ => "1,8" };
    private readonly Option<int?> _promptTokens = SharedOptions.Positive("--prompt-tokens", "Tokens of a prompt (32).");
    private readonly Option<int?> _newTokens = SharedOptions.Positive("--new-tokens", "Tokens that are written for each text (32).");
    private readonly Option<int?> _rounds = SharedOptions.Positive("--rounds", "How often to measure; the best counts (3).");

    public BenchGenerateVerb()
        : base(
            "generate",
            "Measure how many tokens a second a model writes greedily, beside what reading its weights from memory allows.",
            "akin bench generate --batch 1,8 --new-tokens 32 --json")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_model, _batches, _promptTokens, _newTokens, _rounds])
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        int[] batches = [.. arguments.GetRequiredValue(_batches).Split(',').Select(Batch)];
        (int promptCount, int newCount, int rounds) = (arguments.GetValue(_promptTokens) ?? 32, arguments.GetValue(_newTokens) ?? 32, arguments.GetValue(_rounds) ?? 3);
        if (newCount < 2)
        {
            throw new CommandException("--new-tokens is 1: the first token costs the reading of the prompt, so that the next ones are measured; take 2 or more.");
        }

        CausalLanguageModel model = Load(arguments, context);
        long weightBytes = model.Parameters.Sum(parameter => parameter.Shape.ElementCount) * sizeof(float);
        int vocabularySize = model.Backbone.WordEmbeddings.Table.Shape[0];
        foreach (int batch in batches)
        {
            int[][] prompts = [.. Enumerable.Range(0, batch).Select(text => Enumerable.Range(0, promptCount).Select(token => ((text * 7919) + (token * 104729)) % vocabularySize).ToArray())];
            ForwardContext forward = new() { CancellationToken = context.Cancellation };
            double Seconds(int tokens) => HardwareCeiling.BestSeconds(rounds, () => model.Generate(forward, prompts, new GenerationConfig { MaxNewTokens = tokens }));
            double first = Seconds(1);
            double step = (Seconds(newCount) - first) / (newCount - 1);
            double least = weightBytes / HardwareCeiling.MeasureReadBytesPerSecond(WorkerPool.Shared); // beside it, so that both are disturbed alike
            Print(context, batch, batch / step, batch / least, least / step, first);
        }
    }

    private CausalLanguageModel Load(ParseResult arguments, CommandContext context)
    {
        if (arguments.GetValue(_model) is not { } name)
        {
            return AutoModelForCausalLM.FromConfig(new JsonObject { ["model_type"] = "gpt2" }); // whose defaults are the smallest published model's
        }

        using DownloadReport download = new(context);
        return AutoModelForCausalLM.FromPretrained(name, progress: download, cancellationToken: context.Cancellation);
    }

    private static int Batch(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count : throw new CommandException($"--batch has '{text}': give numbers above 0, such as 1,8.");

    private static void Print(CommandContext context, int batch, double tokensPerSecond, double ceiling, double share, double firstSeconds)
    {
        if (context.Json)
        {
            JsonOutput.Write(context, new { Batch = batch, TokensPerSecond = tokensPerSecond, MemoryCeilingTokensPerSecond = ceiling, Share = share, FirstTokenSeconds = firstSeconds });
        }
        else
        {
            context.Output.WriteLine(
                $"batch {batch}: {tokensPerSecond:N1} tokens a second; the memory allows {ceiling:N1} ({share:P0} reached); first token after {firstSeconds * 1000:N0} ms");
        }
    }
}
