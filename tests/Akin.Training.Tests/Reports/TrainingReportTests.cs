using System.Text.RegularExpressions;
using System.Xml.Linq;
using Akin.Training.Metrics;
using Akin.Training.Metrics.Entities;
using Akin.Training.Reports;

namespace Akin.Training.Tests.Reports;

public sealed class TrainingReportTests
{
    [Fact]
    public void ToHtml_OfTraining_DrawsACurveForEveryValueThatWasLearnt()
    {
        XElement page = Parse(SampleReports.Classifier());

        string[] charts = [.. page.Descendants("figcaption").Select(caption => caption.Element("b")!.Value)];
        Assert.Equal(["Loss", "Evaluation", "grad_norm", "Learning rate"], charts);
        string[] keys = [.. page.Descendants("span").Where(span => (string?)span.Attribute("class") == "key").Select(span => span.Value)];
        Assert.Equal(["loss", "eval_loss", "eval_accuracy", "eval_f1_macro"], keys);
        Assert.Equal(keys.Length + 2, page.Descendants("polyline").Count());
    }

    [Fact]
    public void ToHtml_OfClassification_ShowsClassesMatrixAndConfusions()
    {
        XElement page = Parse(SampleReports.Classifier());
        string[] headers = [.. page.Descendants("h2").Select(header => header.Value)];
        Assert.Equal(["Learning curves", "Evaluation", "Classes", "Confusion matrix"], headers);
        XElement matrix = page.Descendants("table").Single(table => (string?)table.Attribute("class") == "matrix");
        Assert.Equal(SampleReports.Names.Length * SampleReports.Names.Length, matrix.Descendants("td").Count(cell => cell.Attribute("style") is not null));
        foreach (string name in SampleReports.Names)
        {
            Assert.Contains(page.Descendants("th"), cell => cell.Value == name);
        }
    }

    [Fact]
    public void ToHtml_AsksNothingOfAnyoneElse()
    {
        string html = SampleReports.Classifier().ToHtml();
        Assert.DoesNotMatch(new Regex("( src=| href=|@import|url\\(|https?:)", RegexOptions.IgnoreCase), html);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void ToHtml_OfHostileNames_ShowsThemAsText()
    {
        ClassificationReport classification = ClassificationReport.Compute([0, 1], [1, 1], ["</th><script>alert(1)</script>", "a\"b\u0001"]);
        XElement page = Parse(new TrainingReport { Title = "<b>&\"" }.With(classification));
        Assert.Empty(page.Descendants("script"));
        Assert.Equal("<b>&\"", page.Descendants("h1").Single().Value);
        Assert.Contains(page.Descendants("th"), cell => cell.Value == "</th><script>alert(1)</script>");
    }

    [Fact]
    public void ToHtml_OfNothing_IsAPageWithATitle()
    {
        XElement page = Parse(new TrainingReport { Title = "Empty" });
        Assert.Empty(page.Descendants("h2"));
        Assert.Equal("Empty", page.Descendants("h1").Single().Value);
    }

    [Fact]
    public void ToHtml_OfValuesThatAreNotNumbersOrOnlyOne_StillDraws()
    {
        Dictionary<string, double>[] history =
        [
            new() { ["step"] = 1, ["loss"] = double.NaN, ["eval_loss"] = 2 },
            new() { ["step"] = 2, ["loss"] = double.PositiveInfinity },
        ];
        XElement page = Parse(new TrainingReport { Title = "NaN", History = history });
        Assert.Single(page.Descendants("circle"));
        Assert.DoesNotContain("NaN", page.Descendants("svg").Single().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToHtml_OfManySteps_StaysSmall()
    {
        Dictionary<string, double>[] history = [.. Enumerable.Range(1, 200_000).Select(step => new Dictionary<string, double> { ["step"] = step, ["loss"] = 1 + Math.Sin(step) })];
        Assert.InRange(new TrainingReport { Title = "Long", History = history }.ToHtml().Length, 1, 40_000);
    }

    [Fact]
    public void ToHtml_OfManyClasses_ListsConfusionsInsteadOfTheMatrix()
    {
        int[] expected = [.. Enumerable.Range(0, 100)];
        int[] predicted = [.. expected.Select(label => label == 7 ? 8 : label)];
        XElement page = Parse(new TrainingReport { Title = "Many" }.With(ClassificationReport.Compute(expected, predicted)));
        Assert.DoesNotContain(page.Descendants("table"), table => (string?)table.Attribute("class") == "matrix");
        XElement confusions = page.Descendants("table").Last();
        Assert.Equal("78" + "1" + "100.0 %", confusions.Descendants("tbody").Single().Value.Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void With_EntityReport_ShowsTypes()
    {
        XElement page = Parse(new TrainingReport { Title = "Tagger" }.With(EntityReport.Compute([["B-인물", "O"]], [["B-인물", "O"]])));
        Assert.Contains(page.Descendants("th"), cell => cell.Value == "인물");
    }

    [Fact]
    public void Save_ReplacesTheFileWhole()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("akin-report-").FullName, "report.html");
        File.WriteAllText(path, "old");
        SampleReports.Classifier().Save(path);
        Assert.Equal(SampleReports.Classifier().ToHtml(), File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(Path.GetDirectoryName(path)!));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Theory]
    [InlineData(0.0, 1.0, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0.0, 2e-5, "0 5e-6 1e-5 1.5e-5 2e-5")]
    [InlineData(3.0, 3.0, "2.7 2.8 2.9 3.0 3.1 3.2 3.3")]
    public void Axis_OfValues_MarksRoundNumbers(double first, double last, string labels)
    {
        Axis axis = Axis.Of([first, last], wholeNumbers: false);
        Assert.Equal(labels, string.Join(' ', axis.Ticks.Select(axis.Label)));
    }

    // The page is written as well-formed XML, so that a parser can find what a browser would forgive.
    private static XElement Parse(TrainingReport report) => XDocument.Parse(report.ToHtml().Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!;
}
