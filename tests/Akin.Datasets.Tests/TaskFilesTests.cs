using Akin.Datasets.Tasks;

namespace Akin.Datasets.Tests;

public class TaskFilesTests
{
    [SharedTheory("data/mrpc")]
    [InlineData("cola", "cola", 8551, 1043, 1063)]
    [InlineData("sst2", "sst2/glue", 67349, 872, 1821)]
    [InlineData("mrpc", "mrpc/glue", 3667, 408, 1725)]
    [InlineData("rte", "rte", 2490, 277, 3000)]
    [InlineData("qnli", "qnli", 0, 5463, 5463)]
    [InlineData("stsb", "stsb-en/glue", 5749, 1500, 1379)]
    public void LoadDataset_GlueFolder_HasThePublishedCounts(string name, string folder, int train, int validation, int test)
    {
        GlueTask task = GlueTask.Get(name);
        DatasetDict splits = GlueFiles.LoadDataset(task, Repository.Shared("data", folder));
        Assert.Equal(train, splits.TryGetValue("train", out Dataset? rows) ? rows.Count : 0);
        Assert.Equal(validation, splits["validation"].Count);
        Assert.Equal(test, splits["test"].Count);
        Assert.Equal(task.Features, splits["test"].Features);
        Assert.All(splits["test"].Column<float>("label"), label => Assert.Equal(-1, label));
        Assert.All(splits["validation"].Column<float>("label"), label => Assert.InRange(label, 0, task.IsRegression ? 5 : 1));
        Assert.Equal(Enumerable.Range(0, validation), splits["validation"].Column<int>("idx"));
    }

    [SharedFact("data/mrpc")]
    public void LoadFile_RepairedMrpc_HasThePublishedClasses()
    {
        Dataset train = GlueFiles.LoadFile(GlueTask.Mrpc, Repository.Shared("data", "mrpc", "glue", "train.repaired.tsv.gz"));
        Assert.Equal(2474, train.Column<string>("label").Count(label => label == "equivalent"));
        Assert.Equal(1194, train.Column<string>("label").Count(label => label == "not_equivalent"));
        Assert.StartsWith("Amrozi accused his brother", train[0].Get<string>("sentence1"));
    }

    [Fact]
    public void LoadFile_MnliAndQqp_ReadByHeader()
    {
        using TemporaryFile mnli = new(".tsv", "index\tgenre\tsentence1\tsentence2\tlabel1\tgold_label\n0\tx\tA \"b\tB\tneutral\tneutral\n1\ty\tC\tD\t-\t-\n");
        Dataset pairs = GlueFiles.LoadFile(GlueTask.Mnli, mnli.Path);
        Assert.Equal(["A \"b", "C"], pairs.Column<string>("premise"));
        Assert.Equal([1L, -1L], pairs.Column<long>("label"));

        using TemporaryFile qqp = new(".tsv", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n0\t1\t2\ta\tb\t1\n");
        Assert.Equal("duplicate", GlueFiles.LoadFile(GlueTask.Qqp, qqp.Path)[0].Get<string>("label"));
    }

    [Theory]
    [InlineData("rte", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n1\tc\td\tmaybe\n", 3, "'maybe' is not one of the classes 0 entailment, 1 not_entailment")]
    [InlineData("stsb", "sentence1\tsentence2\tscore\na\tb\thigh\n", 2, "'high' is not a number")]
    [InlineData("sst2", "text\tlabel\na\t1\n", 1, "needs the column 'sentence'")]
    [InlineData("cola", "gj04\t1\t\tA.\ngj04\t1\tA.\n", 2, "the row has 3 cells")]
    public void LoadFile_BadRow_NamesTheLine(string task, string content, int line, string problem)
    {
        using TemporaryFile file = new(".tsv", content);
        DataFormatException error = Assert.Throws<DataFormatException>(() => GlueFiles.LoadFile(GlueTask.Get(task), file.Path));
        Assert.Equal(line, error.Line);
        Assert.Contains(problem, error.Message);
    }

    [SharedFact("data/conll2003-ner")]
    public void LoadDataset_Conll2003_HasThePublishedCounts()
    {
        string Path(string name) => Repository.Shared("data", "conll2003-ner", name);
        DatasetDict splits = ConllFiles.LoadDataset(new Dictionary<string, string> { ["train"] = Path("eng.train.gz"), ["validation"] = Path("eng.testa.gz"), ["test"] = Path("eng.testb.gz") });
        Assert.Equal([14041, 3250, 3453], splits.Values.Select(split => split.Count));
        Assert.Equal([203621, 51362, 46435], splits.Values.Select(split => split.Column<string[]>("tokens").Sum(tokens => tokens.Length)));
        ClassLabel tags = (ClassLabel)((ListFeature)splits["train"].Features["ner_tags"]).Item;
        Assert.Equal(["O", "B-LOC", "B-MISC", "B-ORG", "I-LOC", "I-MISC", "I-ORG", "I-PER"], tags.Names);
        Assert.Equal(["EU", "rejects", "German"], splits["train"][0].Get<string[]>("tokens").Take(3));
        Assert.Equal(["I-ORG", "O", "I-MISC"], splits["train"][0].Get<string[]>("ner_tags").Take(3));
    }

    [Fact]
    public void LoadFile_ConllLineWithoutTag_NamesTheLine()
    {
        using TemporaryFile file = new(".txt", "a O\nb I-X\n\nc\n");
        DataFormatException error = Assert.Throws<DataFormatException>(() => ConllFiles.LoadFile(file.Path));
        Assert.Equal(4, error.Line);
        using TemporaryFile unknown = new(".txt", "a O\n\nb O\nc I-Y\n");
        Assert.Equal(4, Assert.Throws<DataFormatException>(() => ConllFiles.LoadFile(unknown.Path, new ConllOptions { TagNames = ["O", "I-X"] })).Line);
    }

    [SharedTheory("data/xquad")]
    [InlineData("xquad/xquad.en.json.gz", 1190)]
    [InlineData("xquad/xquad.zh.json.gz", 1190)]
    [InlineData("ko-korquad1-dev/KorQuAD_v1.0_dev.json.gz", 5774)]
    [InlineData("zh-cmrc2018/squad-style/cmrc2018_dev.json.gz", 3219)]
    public void LoadFile_SquadLayout_HasThePublishedCountsAndAnswersInPlace(string file, int count)
    {
        Dataset questions = SquadFiles.LoadFile(Repository.Shared("data", file));
        Assert.Equal(count, questions.Count);
        int inPlace = questions.Count(row =>
        {
            RowValues answers = (RowValues)row["answers"]!;
            string context = row.Get<string>("context");
            string answer = ((string?[])answers["text"]!)[0]!;
            int start = SquadFiles.ToUtf16(context, ((int[])answers["answer_start"]!)[0]);
            return context.AsSpan(start).StartsWith(answer, StringComparison.Ordinal);
        });

        // CMRC's published file has a few answers whose place is wrong.
        Assert.InRange(inPlace, (int)(count * 0.98), count);
    }

    [Theory]
    [InlineData("cp949", true)]
    [InlineData("utf-16", false)] // its byte-order mark tells
    public void LoadFile_SquadLayoutInAnotherEncoding_ReadsItWhenItIsNamed(string encoding, bool isNamed)
    {
        const string Json = """{"data": [{"paragraphs": [{"context": "강릉에 산다", "qas": [{"id": "1", "question": "어디?", "answers": [{"text": "강릉", "answer_start": 0}]}]}]}]}""";
        using TemporaryFile file = new(".json", "");
        System.Text.Encoding target = TextEncodings.Get(encoding);
        File.WriteAllBytes(file.Path, [.. target.GetPreamble(), .. target.GetBytes(Json)]);
        Assert.Equal("강릉에 산다", SquadFiles.LoadFile(file.Path, isNamed ? encoding : null)[0].Get<string>("context"));
        if (isNamed)
        {
            Assert.Contains("not UTF-8; it looks like cp949", Assert.Throws<DataFormatException>(() => SquadFiles.LoadFile(file.Path)).Message);
        }
    }

    [Fact]
    public void LoadFile_Squad2_UnanswerableHasNoAnswer()
    {
        using TemporaryFile file = new(".json", """
            {"version": "v2.0", "data": [{"title": "T", "paragraphs": [{"context": "𠮷 is a name", "qas": [
              {"id": "1", "question": "What?", "is_impossible": true, "answers": [], "plausible_answers": [{"text": "name", "answer_start": 7}]},
              {"id": "2", "question": "Which?", "is_impossible": false, "answers": [{"text": "name", "answer_start": 7}]}]}]}]}
            """);
        Dataset questions = SquadFiles.LoadFile(file.Path);
        Assert.Empty((Array)((RowValues)questions[0]["answers"]!)["text"]!);
        Assert.Equal(8, SquadFiles.ToUtf16(questions[1].Get<string>("context"), 7));
        using TemporaryFile bad = new(".json", "{\"data\": [{\"paragraphs\": [{\"context\": \"c\"}]}]}");
        Assert.Contains("article 0, paragraph 0 has no list 'qas'", Assert.Throws<DataFormatException>(() => SquadFiles.LoadFile(bad.Path)).Message);
    }
}
