using System.CommandLine;
using Akin.Tokenizers;

namespace Akin.Cli.Verbs;

/// <summary><c>akin tokenizer info</c>: what a tokenizer is made of.</summary>
internal sealed class TokenizerInfoVerb : Verb
{
    private readonly Option<string?> _model = TokenizerOptions.Model();

    public TokenizerInfoVerb()
        : base(
            "info",
            "Show where a tokenizer was read from, its stages, its vocabulary and its special tokens.",
            "akin tokenizer info --model sentence-transformers/all-MiniLM-L6-v2",
            "akin tokenizer info --model ./my-model/tokenizer.json --json")
    {
        Add(_model);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        Tokenizer tokenizer = TokenizerOptions.Load(context, DefaultModel.Or(arguments.GetValue(_model)));
        TokenizerSummary summary = new(
            tokenizer.Origin,
            tokenizer.Description,
            tokenizer.Model.Type,
            tokenizer.VocabularySize,
            tokenizer.Settings.ModelMaximumLength,
            [.. tokenizer.Explain("").Where(static stage => stage.Component.Length > 0).Select(static stage => new StageSummary(stage.Stage, stage.Component))],
            [.. tokenizer.Settings.SpecialTokens.Named.Select(named => new SpecialTokenSummary(named.Name, named.Token, tokenizer.TokenToId(named.Token)))],
            tokenizer.AddedTokens.Count);
        if (context.Json)
        {
            JsonOutput.Write(context, summary);
            return;
        }

        List<string[]> rows =
        [
            ["read from", summary.Origin ?? ""],
            ["chosen", summary.Description ?? ""],
            ["model", $"{summary.Model}, {summary.VocabularySize:N0} tokens, {summary.AddedTokens:N0} of them added"],
            ["longest text", summary.ModelMaximumLength is { } length ? $"{length:N0} tokens" : "not limited"],
            .. summary.Stages.Select(static stage => new[] { stage.Stage, stage.Component }),
            .. summary.SpecialTokens.Select(static token => new[] { token.Name, $"{token.Token}  {token.Id}" }),
        ];
        ModelText.WriteColumns(context.Output, rows);
    }

    private sealed record TokenizerSummary(
        string? Origin,
        string? Description,
        string Model,
        int VocabularySize,
        int? ModelMaximumLength,
        IReadOnlyList<StageSummary> Stages,
        IReadOnlyList<SpecialTokenSummary> SpecialTokens,
        int AddedTokens);

    private sealed record StageSummary(string Stage, string Component);

    private sealed record SpecialTokenSummary(string Name, string Token, int? Id);
}
