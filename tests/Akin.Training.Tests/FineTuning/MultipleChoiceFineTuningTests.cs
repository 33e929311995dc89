using Akin.Datasets;
using Akin.Models;
using Akin.Training.FineTuning;

namespace Akin.Training.Tests.FineTuning;

public sealed class MultipleChoiceFineTuningTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("swag.csv", "sent1,sent2,ending0,ending1,ending2,label\n", "Mina lived,in,bread,Lisbon,two,1\n", "Tomas sold,a,bicycle,ago,year,0\n", "ending0,ending1,ending2")]
    [InlineData("swag.jsonl", "", "{\"sent1\":\"Mina lived\",\"sent2\":\"in\",\"endings\":[\"bread\",\"Lisbon\",\"two\"],\"label\":1}\n", "{\"sent1\":\"Tomas sold\",\"sent2\":\"a\",\"endings\":[\"bicycle\",\"ago\",\"year\"],\"label\":0}\n", "endings")]
    public void Train_OnQuestions_LearnsToChoose(string name, string header, string one, string two, string choices)
    {
        MultipleChoiceOptions options = Options(name, header + string.Concat(Enumerable.Repeat(one + two, 8)), choices, "sent2");
        FineTuningResult result = MultipleChoiceFineTuning.Train(options with { Eval = options.Train });
        Assert.Equal(1, result.Metrics["eval_accuracy"]);
        AutoModelForMultipleChoice.FromPretrained(result.OutputDir);
    }

    [Theory]
    [InlineData("a,b,c,2\n", "the label '2' is not the number of a choice, from 0 to 1")]
    [InlineData("a,b,c,two\n", "the label 'two'")]
    public void Train_OnALabelThatIsNoChoice_NamesTheRow(string row, string problem)
    {
        MultipleChoiceOptions options = Options("quiz.csv", "sent1,ending0,ending1,label\na,b,c,0\n" + row, "ending0,ending1");
        string message = Assert.Throws<DataFormatException>(() => MultipleChoiceFineTuning.Train(options)).Message;
        Assert.Contains("quiz.csv, line 3", message);
        Assert.Contains(problem, message);
    }

    [Fact]
    public void Train_OnRowsWithOtherNumbersOfChoices_NamesTheRow()
    {
        MultipleChoiceOptions options = Options("quiz.jsonl", "{\"sent1\":\"a\",\"c\":[\"b\",\"c\"],\"label\":0}\n{\"sent1\":\"a\",\"c\":[\"b\",\"c\",\"d\"],\"label\":0}\n", "c");
        Assert.Contains("quiz.jsonl, line 2: there are 3 choices, but 2 in the first row", Assert.Throws<DataFormatException>(() => MultipleChoiceFineTuning.Train(options)).Message);
    }

    private MultipleChoiceOptions Options(string name, string text, string choices, string? start = null)
    {
        File.WriteAllText(_temporary.File(name), text);
        MultipleChoiceOptions options = new()
        {
            Model = TinyModel.In(_temporary.File("model"), "multiple_choice"),
            Train = _temporary.File(name),
            Columns = new ChoiceColumns { Text = "sent1", Start = start, Choices = choices.Split(',') },
        };
        return options with { Arguments = options.Arguments with { OutputDir = _temporary.File("output"), LearningRate = 5e-3, MaxSteps = 40, Seed = 3 } };
    }
}
