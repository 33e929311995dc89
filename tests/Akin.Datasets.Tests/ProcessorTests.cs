using System.Text;
using Akin.Datasets.Processors;

namespace Akin.Datasets.Tests;

public sealed class ProcessorTests : IDisposable
{
    private const string MrpcHeader = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n";
    private static readonly string MnliHeader = string.Join('\t', "index promptID pairID genre sentence1_binary_parse sentence2_binary_parse sentence1_parse sentence2_parse sentence1 sentence2 label1 gold_label".Split(' ')) + "\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedTheory("data/mrpc")]
    [InlineData("MRPC", "mrpc/glue", 3667, 408, 1725)]
    [InlineData("CoLA", "cola", 8551, 1043, 1063)]
    [InlineData("SST-2", "sst2/glue", 67349, 872, 1821)]
    [InlineData("RTE", "rte", 2490, 277, 3000)]
    [InlineData("QNLI", "qnli", 0, 5463, 5463)]
    public void GetExamples_OfAPublishedSet_HasThePublishedCounts(string task, string folder, int train, int dev, int test)
    {
        DataProcessor processor = DataProcessorRegistry.Find(task);
        string data = Repository.Shared("data", folder);
        Assert.Equal(train, train == 0 ? 0 : processor.GetTrainExamples(data).Count);
        Assert.Equal(dev, processor.GetDevExamples(data).Count);
        IReadOnlyList<InputExample> tests = processor.GetTestExamples(data);
        Assert.Equal(test, tests.Count);
        Assert.All(tests, example => Assert.Null(example.Label));
        Assert.All(tests, example => Assert.NotEmpty(example.TextA));
    }

    [Fact]
    public void Mrpc_TakesQuotesAsLetters()
    {
        Write("train.tsv", "\ufeff" + MrpcHeader + "1\t10\t11\tHe said \"no\tHe did\n0\t12\t13\tA\tB\n");
        Write("test.tsv", "index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t1\t2\tC\tD\n");
        MrpcProcessor processor = new();
        Assert.Equal([new("train-1", "He said \"no", "He did", "1"), new("train-2", "A", "B", "0")], processor.GetTrainExamples(_folder.Path));
        Assert.Equal([new("test-1", "C", "D")], processor.GetTestExamples(_folder.Path));
        Assert.Equal(["0", "1"], processor.GetLabels(_folder.Path));
    }

    [Fact]
    public void Mnli_ReadsTheMatchedFilesOrTheOthers()
    {
        Write("train.tsv", MnliHeader + "0\tp\tq\tfiction\t(\t(\t(\t(\tPremise\tHypothesis\tneutral\tneutral\n");
        Write("dev_matched.tsv", MnliHeader.Replace("label1", "label1\tlabel2") + "7\tp\tq\tfiction\t(\t(\t(\t(\tA\tB\tneutral\tneutral\tentailment\n");
        Write("dev_mismatched.tsv", MnliHeader + "8\tp\tq\ttravel\t(\t(\t(\t(\tC\tD\tneutral\tcontradiction\n");
        Write("test_matched.tsv", MnliHeader.Replace("\tlabel1\tgold_label", "") + "9\tp\tq\ttravel\t(\t(\t(\t(\tE\tF\n");
        MnliProcessor processor = new();
        Assert.Equal(new InputExample("train-1", "Premise", "Hypothesis", "neutral"), processor.GetTrainExamples(_folder.Path).Single());
        Assert.Equal(new InputExample("dev-1", "A", "B", "entailment"), processor.GetDevExamples(_folder.Path).Single());
        Assert.Equal(new InputExample("test-1", "E", "F"), processor.GetTestExamples(_folder.Path).Single());
        Assert.Equal(["contradiction", "entailment", "neutral"], processor.GetLabels(_folder.Path));
        Assert.Equal("contradiction", DataProcessorRegistry.Find("mnli-mm").GetDevExamples(_folder.Path).Single().Label);
    }

    [Fact]
    public void Qqp_ReadsQuestions()
    {
        Write("train.tsv", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n133273\t213221\t213222\tHow?\tWhy?\t0\n");
        Write("test.tsv", "id\tquestion1\tquestion2\n0\tWhere?\tWhen?\n");
        Assert.Equal([new("train-1", "How?", "Why?", "0")], new QqpProcessor().GetTrainExamples(_folder.Path));
        Assert.Equal([new("test-1", "Where?", "When?")], new QqpProcessor().GetTestExamples(_folder.Path));
    }

    [Fact]
    public void Xnli_ReadsOneLanguage()
    {
        Write("multinli/multinli.train.zh.tsv", "premise\thypo\tlabel\n从 概念 上 看\t产品 和 地理\tcontradictory\n你 知道\t因此\tentailment\n");
        string dev = "language\tgold_label\ts1b\ts2b\ts1p\ts2p\tsentence1\tsentence2\tpromptID\n";
        Write("xnli.dev.tsv", dev + "ar\tneutral\t\t\t\t\tX\tY\t1\nzh\tneutral\t\t\t\t\t他说，妈妈，我回来了。\t他没说一句话。\t1\n");
        XnliProcessor processor = new();
        Assert.Equal(["contradiction", "entailment"], processor.GetTrainExamples(_folder.Path).Select(example => example.Label!));
        Assert.Equal(new InputExample("dev-2", "他说，妈妈，我回来了。", "他没说一句话。", "neutral"), processor.GetDevExamples(_folder.Path).Single());
        Refused(() => processor.GetTestExamples(_folder.Path), "the task xnli has no test file");
        Refused(() => new XnliProcessor("ko").GetDevExamples(_folder.Path), "xnli.dev.tsv: there is no example of the task xnli");
        Assert.Contains("multinli.train.ko.tsv", Assert.Throws<FileNotFoundException>(() => new XnliProcessor("ko").GetTrainExamples(_folder.Path)).Message);
    }

    [Fact]
    public void Cola_HasAHeaderInItsTestFileOnly()
    {
        Write("dev.tsv", "gj04\t1\t\tThe sailors rode.\ngj04\t0\t*\tThe the.\n");
        Write("test.tsv", "index\tsentence\n0\tBill whistled.\n");
        ColaProcessor processor = new();
        Assert.Equal([new("dev-0", "The sailors rode.", null, "1"), new("dev-1", "The the.", null, "0")], processor.GetDevExamples(_folder.Path));
        Assert.Equal([new("test-1", "Bill whistled.")], processor.GetTestExamples(_folder.Path));
    }

    [Fact]
    public void Tsv_FindsItsLabels()
    {
        Write("train.tsv", "label\ttext\n体育\t他 \"赢 了\n财经\t股票\n体育\t足球\n");
        Write("dev.tsv", "财经\t银行\n");
        Write("test.tsv", "银行\n足球\n");
        DataProcessor processor = DataProcessorRegistry.Find("TSV");
        Assert.Equal(["体育", "财经"], processor.GetLabels(_folder.Path));
        Assert.Equal(3, processor.GetTrainExamples(_folder.Path).Count);
        Assert.Equal(new InputExample("dev-0", "银行", null, "财经"), processor.GetDevExamples(_folder.Path).Single());
        Assert.Equal(["银行", "足球"], processor.GetTestExamples(_folder.Path).Select(example => example.TextA));

        Write("labels.txt", "财经\n体育\n\n其他\n");
        Assert.Equal(["财经", "体育", "其他"], processor.GetLabels(_folder.Path));
        Write("labels.txt", "a\nb\na\n");
        Refused(() => processor.GetLabels(_folder.Path), "labels.txt, line 3: the label 'a'");
    }

    [Fact]
    public void Tsv_SortsNumbersByValue()
    {
        Write("train.tsv", "10\ta\n9\tb\n-1\tc\n");
        Assert.Equal(["-1", "9", "10"], new TsvProcessor().GetLabels(_folder.Path));
    }

    [Fact]
    public void Csv_TakesPairsAndSingleTextsAndColumnsByName()
    {
        Write("train.csv", "1,\"Is it, really?\",yes\n0,no,\"two\nlines\"\n");
        Write("dev.csv", "text_b,label,text_a\nB,1,A\n,0,C\n");
        Write("test.csv", "text_a,text_b\nA,B\n");
        CsvProcessor processor = new();
        Assert.Equal([new("train-0", "Is it, really?", "yes", "1"), new("train-1", "no", "two\nlines", "0")], processor.GetTrainExamples(_folder.Path));
        Assert.Equal([new("dev-1", "A", "B", "1"), new("dev-2", "C", null, "0")], processor.GetDevExamples(_folder.Path));
        Assert.Equal([new("test-1", "A", "B")], processor.GetTestExamples(_folder.Path));
        Write("test.csv", "0,only\n");
        Assert.Equal([new("test-0", "only")], processor.GetTestExamples(_folder.Path));
    }

    [Theory]
    [InlineData("mrpc", "train.tsv", MrpcHeader + "1\t2\t3\tA\tB\n1\t2\t3\tA\n", "train.tsv, line 3: the row has 4 cell(s), and cell 5 is needed")]
    [InlineData("mrpc", "train.tsv", MrpcHeader + "2\t2\t3\tA\tB\n", "train.tsv, line 2: the label '2' is not one of the task mrpc; labels are '0', '1'")]
    [InlineData("mrpc", "train.tsv", MrpcHeader, "train.tsv: there is no example of the task mrpc")]
    [InlineData("mrpc", "train.tsv", "", "train.tsv: the file is empty")]
    [InlineData("tsv", "train.tsv", "a\tx\nb\ty\tz\n", "train.tsv, line 2: a line is a label, a tab and a text; this one has 3 cell(s)")]
    [InlineData("tsv", "train.tsv", "a\tx\nb\t\n", "train.tsv, line 2: a line is a label, a tab and a text; this one has 2 cell(s), and an empty text")]
    [InlineData("tsv", "train.tsv", "a\tx\na\ty\n", "train.tsv: it names 1 label(s), 'a'")]
    [InlineData("csv", "train.csv", "a,x,y\nb,y,z\nb,y\n", "train.csv, line 3: the row has 2 cell(s) and the first one 3")]
    [InlineData("csv", "train.csv", "a,x\n,y\n", "train.csv, line 2: there is no label")]
    [InlineData("csv", "train.csv", "a,x\nb,\"y\n", "train.csv, line 2: the quote that opens a field here is never closed")]
    [InlineData("cola", "train.tsv", "gj04\t1\tonly three\n", "train.tsv, line 1: the row has 3 cell(s), and cell 4 is needed")]
    public void GetExamples_OfABrokenFile_NamesFileAndLine(string task, string file, string content, string expected)
    {
        Write(file, content);
        Refused(() => DataProcessorRegistry.Find(task).GetTrainExamples(_folder.Path), expected);
    }

    [Fact]
    public void GetExamples_OfOtherEncodings_AreReadByName()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        File.WriteAllBytes(Path.Combine(_folder.Path, "train.tsv"), Encoding.GetEncoding("gb18030").GetBytes("体育\t足球\n财经\t股票\n"));
        Assert.Equal(["体育", "财经"], new TsvProcessor().GetTrainExamples(_folder.Path, "gb18030").Select(example => example.Label!));
        Refused(() => new TsvProcessor().GetTrainExamples(_folder.Path), "is not UTF-8");
    }

    [Fact]
    public void GetExamples_WithoutTheFile_NameIt() =>
        Assert.Contains("dev.tsv", Assert.Throws<FileNotFoundException>(() => new MrpcProcessor().GetDevExamples(_folder.Path)).Message);

    [Fact]
    public void Find_OfAnUnknownTask_ListsTheKnownOnes() => Assert.Equal(
        "there is no task 'sst'; tasks are cola, mnli, mnli-mm, mrpc, qqp, qnli, rte, sst-2, xnli, tsv, csv.", Assert.Throws<DatasetException>(() => DataProcessorRegistry.Find("sst")).Message);

    [Fact]
    public void Processor_OfAnOwnFormat_TakesThreeLines()
    {
        Write("train.tsv", "1\tsport\tThey won.\n2\tworld\tThey met.\n");
        Assert.Equal([new("train-0", "They won.", null, "sport"), new("train-1", "They met.", null, "world")], new NewsProcessor().GetTrainExamples(_folder.Path));
    }

    private sealed class NewsProcessor() : DataProcessor("news", "sport", "world")
    {
        protected override InputExample Read(ProcessorRow row) => row.Example(row[2], label: row[1]);
    }

    private static void Refused(Action read, string expected) => Assert.Contains(expected, Assert.Throws<DataFormatException>(read).Message);

    private void Write(string name, string content)
    {
        string path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
