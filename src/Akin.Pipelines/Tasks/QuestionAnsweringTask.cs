using System.Text.Json.Nodes;
using Akin.Tokenizers;

namespace Akin.Pipelines.Tasks;

/// <summary><c>question-answering</c>.</summary>
internal sealed class QuestionAnsweringTask : PipelineTask
{
    public override string Name => "question-answering";

    public override string Description => "Find the answer to a question in a text.";

    public override IReadOnlyList<string> Options => ["top_k", "doc_stride", "max_answer_len", "max_seq_len", "handle_impossible_answer", "align_to_words"];

    public override PairUse Pair => PairUse.Needed;

    internal override string PairMeaning => "the question and the context that may hold the answer";

    private protected override IReadOnlyList<string> ModelSuffixes => ["ForQuestionAnswering"];

    internal override Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> Load(string folder, TaskOptions options)
    {
        int topK = options.Positive("top_k") ?? 1;
        QuestionAnsweringPipeline pipeline = QuestionAnsweringPipeline.FromPretrained(folder, new QuestionAnsweringPipelineOptions
        {
            DocStride = options.Integer("doc_stride"),
            MaxAnswerLength = options.Positive("max_answer_len") ?? 15,
            MaxLength = options.Positive("max_seq_len"),
            HandleImpossibleAnswer = options.Flag("handle_impossible_answer") ?? false,
            AlignToWords = options.Flag("align_to_words") ?? true,
            OffsetUnit = OffsetUnit.CodePoint,
        });
        return (texts, cancellationToken) => pipeline.Answer(texts.Select(Question), topK, cancellationToken).Select(answers =>
        {
            JsonObject[] results = [.. answers.DefaultIfEmpty(new ExtractedAnswer("", 0, 0, 0)).Select(Answer)];
            return topK == 1 ? results[0] : (JsonNode)new JsonArray([.. results]);
        });

        (string, string) Question((string Text, string? Pair) input) => string.IsNullOrWhiteSpace(input.Text) || string.IsNullOrWhiteSpace(input.Pair)
            ? throw new PipelineException($"{options.Task}: the {(string.IsNullOrWhiteSpace(input.Text) ? "question" : "context")} is empty.")
            : (input.Text, input.Pair);

        static JsonObject Answer(ExtractedAnswer answer) => new() { ["score"] = answer.Score, ["start"] = answer.Start, ["end"] = answer.End, ["answer"] = answer.Text };
    }
}
