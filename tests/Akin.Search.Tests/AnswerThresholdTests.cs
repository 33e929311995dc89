namespace Akin.Search.Tests;

public sealed class AnswerThresholdTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.3, 1)]
    [InlineData(0.5, 2)]
    [InlineData(1, 3)]
    public void Calibrate_DifferentQuestions_IsTheQuantileOfTheNearestOthers(double share, int place)
    {
        string[] questions = ["when do you open", "when do you close", "where can I park", "is there a lift"];
        using SemanticIndex index = IndexOf(questions);
        float[] nearestOthers = [.. questions.Select(question => index.Search(question, 4).First(hit => hit.Document.Text != question).Score).Order()];
        Assert.Equal(nearestOthers[place], AnswerThreshold.Calibrate(index, share), 1e-5f);
    }

    [Fact]
    public void Calibrate_SameQuestionTwice_CountsItsTwin()
    {
        using SemanticIndex index = IndexOf(["when do you open", "when do you open"]);
        Assert.Equal(1, AnswerThreshold.Calibrate(index), 1e-5f);
    }

    [Theory]
    [InlineData]
    [InlineData("when do you open")]
    public void Calibrate_NothingToCompare_LetsEveryAnswerThrough(params string[] questions)
    {
        using SemanticIndex index = IndexOf(questions);
        Assert.Equal(float.NegativeInfinity, AnswerThreshold.Calibrate(index));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Calibrate_ShareThatIsNone_IsRefused(double share)
    {
        using SemanticIndex index = IndexOf(["one"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => AnswerThreshold.Calibrate(index, share));
    }

    private SemanticIndex IndexOf(string[] questions)
    {
        SemanticIndex index = SemanticIndex.OpenOrCreate(_folder["faq.akin"], new WordEncoder());
        index.Add(questions.Select((question, i) => new Document($"{i}", question)));
        return index;
    }
}
