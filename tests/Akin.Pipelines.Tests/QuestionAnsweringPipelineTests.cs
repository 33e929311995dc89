using System.Text.Json;
using Akin.Tokenizers;

namespace Akin.Pipelines.Tests;

/// <summary>Answers against those of transformers 4.52.4, the last version that has the pipeline.</summary>
public sealed class QuestionAnsweringPipelineTests
{
    private const double ScoreTolerance = 1e-5; // the goldens' own

    private static readonly string Model = Repository.Golden("models", "checkpoints", "bert", "question_answering");

    private static readonly JsonElement[] Calls =
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("models", "pipelines", "question_answering.json"))).RootElement.GetProperty("calls").EnumerateArray()];

    public static TheoryData<int> Answered() => [.. Enumerable.Range(0, Calls.Length).Where(call => Calls[call].TryGetProperty("result", out _))];

    [Theory]
    [MemberData(nameof(Answered))]
    public void Answer_OfTheGoldens_HasTheirScoresAndPlaces(int call)
    {
        JsonElement options = Calls[call].GetProperty("options"), inputs = Calls[call].GetProperty("inputs"), result = Calls[call].GetProperty("result");
        (string, string)[] questions = [.. Items(inputs).Select(input => (Text(input, "question"), Text(input, "context")))];
        IReadOnlyList<ExtractedAnswer>[] answers = [.. Load(options).Answer(questions, Number(options, "top_k") ?? 1)];
        JsonElement[] expected = [.. Items(result)];
        ExtractedAnswer[] actual = [.. answers.SelectMany(some => some)];
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(
                (Text(expected[i], "answer"), Number(expected[i], "start"), Number(expected[i], "end")), (actual[i].Text, actual[i].Start, actual[i].End));
            Assert.Equal(expected[i].GetProperty("score").GetDouble(), actual[i].Score, ScoreTolerance);
        }
    }

    [Fact]
    public void Answer_OfManyQuestionsAtOnce_IsThatOfEachAlone()
    {
        (string Question, string Context)[] questions =
            [.. Calls.SelectMany(call => Items(call.GetProperty("inputs"))).Select(input => (Text(input, "question"), Text(input, "context"))).Where(pair => pair.Item1.Length > 0 && pair.Item2.Length > 0)];
        Assert.True(questions.Length > 30);
        QuestionAnsweringPipeline pipeline = QuestionAnsweringPipeline.FromPretrained(Model);
        ExtractedAnswer[] together = [.. pipeline.Answer([.. questions, .. questions, .. questions]).Select(answers => answers[0])];
        ExtractedAnswer[] alone = [.. questions.Select(question => pipeline.Answer(question.Question, question.Context))];
        Assert.Equal([.. alone, .. alone, .. alone], together);
    }

    [Fact]
    public void Answer_BehindACharacterOfTwoUnits_CountsUnitsOrCodePoints()
    {
        const string Context = "😀😀 The insurer pays for water damage.";
        QuestionAnsweringPipeline pipeline = QuestionAnsweringPipeline.FromPretrained(Model);
        ExtractedAnswer answer = pipeline.Answer("What does the insurer pay for?", Context);
        Assert.Equal(answer.Text, Context[answer.Start..answer.End]);
        ExtractedAnswer inCodePoints = QuestionAnsweringPipeline.FromPretrained(Model, new() { OffsetUnit = OffsetUnit.CodePoint }).Answer("What does the insurer pay for?", Context);
        Assert.True(answer.Start > 3);
        Assert.Equal((answer.Text, answer.Start - 2, answer.End - 2), (inCodePoints.Text, inCodePoints.Start, inCodePoints.End));
    }

    [Fact]
    public void Answer_WithNoAnswerAllowed_GivesItTheSmallestNullScoreOfTheWindows()
    {
        JsonElement input = Calls.Last(call => call.GetProperty("options").TryGetProperty("max_question_len", out _)).GetProperty("inputs");
        (string question, string context) = (Text(input, "question"), Text(input, "context"));
        QuestionAnsweringPipeline pipeline = QuestionAnsweringPipeline.FromPretrained(Model, new() { HandleImpossibleAnswer = true, MaxAnswerLength = 1 });
        ExtractedAnswer[] answers = [.. pipeline.Answer([(question, context)], topK: 10_000).Single()];
        ExtractedAnswer none = Assert.Single(answers, answer => answer.Text.Length == 0);
        Assert.Equal((0, 0), (none.Start, none.End));
        Assert.InRange(none.Score, float.Epsilon, 1);
        Assert.Equal(answers.OrderByDescending(answer => answer.Score), answers);
    }

    [Fact]
    public void Answer_OfAnEmptyText_IsRefused()
    {
        QuestionAnsweringPipeline pipeline = QuestionAnsweringPipeline.FromPretrained(Model);
        Assert.Equal("question", Assert.Throws<ArgumentException>(() => pipeline.Answer("", "x")).ParamName);
        Assert.Equal("context", Assert.Throws<ArgumentException>(() => pipeline.Answer("x", " ")).ParamName);
    }

    [Fact]
    public void Answer_OfAQuestionThatFillsTheWindow_IsRefusedWithItsLength()
    {
        QuestionAnsweringPipeline pipeline = QuestionAnsweringPipeline.FromPretrained(Model, new() { MaxLength = 16 });
        QuestionTooLongException error = Assert.Throws<QuestionTooLongException>(() => pipeline.Answer(string.Concat(Enumerable.Repeat("the ", 13)), "the train"));
        Assert.Contains("13 tokens; at most 12", error.Message);
        Assert.NotEqual("", pipeline.Answer(string.Concat(Enumerable.Repeat("the ", 12)), "the train to Busan").Text); // windows of one token
    }

    [Theory]
    [InlineData(16, 16, 15)]
    [InlineData(16, -1, 15)]
    [InlineData(0, null, 15)]
    [InlineData(16, null, 0)]
    public void FromPretrained_WithLengthsThatDoNotFit_IsRefused(int maxLength, int? stride, int maxAnswerLength) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => QuestionAnsweringPipeline.FromPretrained(
            Model, new() { MaxLength = maxLength, DocStride = stride, MaxAnswerLength = maxAnswerLength }));

    private static QuestionAnsweringPipeline Load(JsonElement options) => QuestionAnsweringPipeline.FromPretrained(Model, new QuestionAnsweringPipelineOptions
    {
        MaxLength = Number(options, "max_seq_len"),
        DocStride = Number(options, "doc_stride"),
        MaxAnswerLength = Number(options, "max_answer_len") ?? 15,
        HandleImpossibleAnswer = options.TryGetProperty("handle_impossible_answer", out JsonElement allows) && allows.GetBoolean(),
        AlignToWords = !options.TryGetProperty("align_to_words", out JsonElement aligns) || aligns.GetBoolean(),
        OffsetUnit = OffsetUnit.CodePoint,
    });

    private static JsonElement[] Items(JsonElement value) => value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];

    private static string Text(JsonElement value, string name) => value.GetProperty(name).GetString()!;

    private static int? Number(JsonElement value, string name) => value.TryGetProperty(name, out JsonElement number) ? number.GetInt32() : null;
}
