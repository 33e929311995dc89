using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Akin.Kernels;
using Akin.Models.Checkpoints;
using Akin.Pipelines;

namespace Akin.Cli.Tests;

public sealed class EmbedVerbTests : IDisposable
{
    private static readonly string[] Texts = ["a cat sat on the mat", "", "Die Straße", "고양이가 앉았다", "猫坐在垫子上", "again a cat sat"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Embed_TextFile_WritesNumpyInOrder()
    {
        string output = _folder["v.npy"];
        AkinResult result = Embed(_folder.Write("t.txt", Texts), output).Succeeded();
        Assert.Equal("", result.Output);
        Assert.Contains("6 vectors of 16 dimensions", result.Error);
        Assert.Equal(Expected("mean-normalize", Texts), ReadNumpy(output));
        Assert.Equal(["t.txt", "v.npy"], _folder.Files());
    }

    [Fact]
    public void Embed_QuietAndJson_SayOnlyTheSummary()
    {
        string output = _folder["v.npy"];
        AkinResult result = Embed(_folder.Write("t.txt", Texts), output, "--quiet", "--json").Succeeded();
        Assert.Equal("", result.Error);
        JsonElement summary = JsonElement.Parse(result.Output);
        Assert.Equal((6, 16, "float32"), (summary.GetProperty("texts").GetInt32(), summary.GetProperty("dimension").GetInt32(), summary.GetProperty("precision").GetString()));
    }

    [Fact]
    public void Embed_JsonLinesPacked_JoinsTitleAndTextAndKeepsIds()
    {
        string input = _folder["docs.jsonl.gz"];
        using (StreamWriter writer = new(new GZipStream(File.Create(input), CompressionLevel.Fastest)))
        {
            writer.Write("{\"_id\": \"d1\", \"title\": \"A cat\", \"text\": \"sat there\"}\n\n{\"id\": \"둘\", \"text\": \"두 번째\", \"year\": 1}\n");
        }

        string output = _folder["v.jsonl"];
        Embed(input, output).Succeeded();
        float[][] expected = Expected("mean-normalize", "A cat sat there", "두 번째");
        JsonElement[] lines = [.. File.ReadLines(output).Select(line => JsonElement.Parse(line))];
        Assert.Equal(["d1", "둘"], lines.Select(line => line.GetProperty("id").GetString()));
        Assert.Equal(expected, lines.Select(line => line.GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle()).ToArray()));

        Embed(input, output + ".gz").Succeeded();
        using StreamReader packed = new(new GZipStream(File.OpenRead(output + ".gz"), CompressionMode.Decompress));
        Assert.Equal(File.ReadAllText(output), packed.ReadToEnd());
    }

    [Theory]
    [InlineData("t.csv", "id,text\n1,\"a, b\"\n2,c\n", "a, b", "c")]
    [InlineData("t.tsv", "text\ttitle\n\"a\" b\tT\nc\tU\n", "T \"a\" b", "U c")]
    public void Embed_Table_ReadsItsColumns(string name, string content, string first, string second)
    {
        string input = _folder.Write(name);
        File.WriteAllText(input, content);
        Embed(input, _folder["v.npy"]).Succeeded();
        Assert.Equal(Expected("mean-normalize", first, second), ReadNumpy(_folder["v.npy"]));
    }

    [Fact]
    public void Embed_Safetensors_OneTensorNamedEmbeddings()
    {
        string output = _folder["v.safetensors"];
        Embed(_folder.Write("t.txt", Texts), output).Succeeded();
        using Checkpoint file = Checkpoint.Open(output);
        Assert.Equal([6L, 16L], file.Tensors["embeddings"].Shape.Select(size => (long)size));
        Assert.Equal(Expected("mean-normalize", Texts).SelectMany(row => row), file.Read("embeddings"));
    }

    [Fact]
    public void Embed_StandardInputToStandardOutput_IsAPipe()
    {
        AkinResult result = AkinProcess.RunWithInput("하나\ntwo\n", "embed", "--model", TinyModels.Sentence(), "--input", "-", "--output", "-").Succeeded();
        JsonElement[] lines = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
        Assert.Equal(["stdin:1", "stdin:2"], lines.Select(line => line.GetProperty("id").GetString()));
        Assert.Equal(Expected("mean-normalize", "하나", "two"), lines.Select(line => line.GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle()).ToArray()));
    }

    [Fact]
    public void Embed_NoNormalizeAndPrompt_AreHonoured()
    {
        string input = _folder.Write("t.txt", Texts), output = _folder["v.npy"];
        SentenceTransformer model = SentenceTransformer.FromPretrained(TinyModels.Sentence("prompts"));
        EmbedWith("prompts", input, output, "--no-normalize", "--prompt-name", "query").Succeeded();
        Assert.Equal(model.Encode(Texts, new EmbeddingOptions { PromptName = "query" }), ReadNumpy(output));
        EmbedWith("prompts", input, output).Succeeded();
        Assert.Equal(model.Encode(Texts, new EmbeddingOptions { Normalize = true }), ReadNumpy(output));
        EmbedWith("prompts", input, output, "--prompt-name", "title").Refused("'title'", "query");
    }

    [Theory]
    [InlineData("int8", EmbeddingPrecision.Int8, "|i1")]
    [InlineData("uint8", EmbeddingPrecision.UInt8, "|u1")]
    [InlineData("binary", EmbeddingPrecision.Binary, "|i1")]
    [InlineData("ubinary", EmbeddingPrecision.UBinary, "|u1")]
    public void Embed_Precision_WritesTheCodesOfTheLibrary(string name, EmbeddingPrecision precision, string type)
    {
        string input = _folder.Write("t.txt", Texts);
        Embed(input, _folder["v.npy"], "--precision", name).Succeeded();
        Embed(input, _folder["v.jsonl"], "--precision", name).Succeeded();
        Embed(input, _folder["v.safetensors"], "--precision", name).Succeeded();

        QuantizedEmbeddings expected = QuantizedEmbeddings.Quantize(Expected("mean-normalize", Texts), precision);
        byte[] codes = [.. Enumerable.Range(0, Texts.Length).SelectMany(row => expected.Row(row).ToArray())];
        byte[] numpy = File.ReadAllBytes(_folder["v.npy"]);
        Assert.Contains(type, Encoding.ASCII.GetString(numpy[..128]));
        Assert.Equal(codes, numpy[128..]);
        Assert.Equal(codes, File.ReadAllBytes(_folder["v.safetensors"])[^codes.Length..]);
        Assert.Equal(
            codes.Select(code => type == "|i1" ? (int)(sbyte)code : code),
            File.ReadLines(_folder["v.jsonl"]).SelectMany(line => JsonElement.Parse(line).GetProperty("embedding").EnumerateArray().Select(value => value.GetInt32())));
        Assert.Equal(["t.txt", "v.jsonl", "v.npy", "v.safetensors"], _folder.Files());
    }

    [Fact]
    public void Embed_MoreTextsThanAWindow_KeepsTheirOrder()
    {
        string[] texts = [.. Enumerable.Range(0, 2500).Select(index => Texts[index * 7 % Texts.Length])];
        Embed(_folder.Write("t.txt", texts), _folder["v.npy"]).Succeeded();
        Assert.Equal(Expected("mean-normalize", texts), ReadNumpy(_folder["v.npy"]));
    }

    /// <summary>The promise a user relies on: vectors computed today and tomorrow, together or alone, on any number of cores, are the same bits.</summary>
    [Theory]
    [MemberData(nameof(Tiers))]
    public void Embed_OnEveryTier_GivesTheSameBitsInAnyBatchOrderAndThreads(string tier)
    {
        string[] texts = [.. Texts, .. Enumerable.Range(1, 40).Select(count => string.Join(' ', Enumerable.Repeat("cat mat", count % 17 + 1)) + " " + count)];
        int[] order = [.. Enumerable.Range(0, texts.Length)];
        new Random(3).Shuffle(order);
        string input = _folder.Write("t.txt", texts);
        string shuffled = _folder.Write("s.txt", [.. order.Select(index => texts[index])]);

        float[][] alone = Run(input, "--threads", "1", "--batch-tokens", "1");
        Assert.Equal(alone, Run(input, "--threads", "2"));
        Assert.Equal(alone, Run(input, "--threads", "1", "--batch-tokens", "100"));
        Assert.Equal(order.Select(index => alone[index]), Run(shuffled, "--threads", "2", "--batch-tokens", "77"));

        float[][] Run(string file, params string[] options)
        {
            using AkinProcess process = AkinProcess.Start(
                ["embed", "--model", TinyModels.Sentence("all-modes"), "--input", file, "--output", _folder["v.npy"], .. options],
                new Dictionary<string, string> { [KernelTable.EnvironmentVariable] = tier });
            process.Wait().Succeeded();
            return ReadNumpy(_folder["v.npy"]);
        }
    }

    /// <summary>The tiers this processor has.</summary>
    public static TheoryData<string> Tiers() => [.. Enum.GetValues<KernelTier>().Where(tier => tier <= KernelTable.Tier).Select(tier => tier.ToString().ToLowerInvariant())];

    [Fact]
    public void Embed_BadInput_IsRefusedAndWritesNothing()
    {
        string texts = _folder.Write("t.txt", "a text"), empty = _folder.Write("empty.txt"), output = _folder["v.npy"];
        Embed(_folder["none.txt"], output).Refused("none.txt", "no file");
        Embed(empty, output).Refused("empty.txt", "empty");
        Embed(_folder.Write("bad.jsonl", "{\"text\": \"a\"}", "{\"text\": \"b\""), output).Refused("bad.jsonl, line 2", "not JSON");
        Embed(_folder.Write("field.jsonl", "{\"text\": \"a\"}", "{\"body\": \"b\"}"), output).Refused("field.jsonl, line 2", "'text'", "'body'");
        Embed(_folder.Write("t.doc", "a"), output).Refused("'.doc'", ".jsonl");
        Embed(texts, _folder["v.parquet"]).Refused("v.parquet", ".npy");
        Embed(texts, _folder["nowhere/v.npy"]).Refused("nowhere");
        Embed(texts, output, "--precision", "int4").Refused("int4", "ubinary");
        Embed(texts, output, "--batch-tokens", "0").Refused("--batch-tokens", "1 or more");
        Assert.DoesNotContain(_folder.Files(), name => name.StartsWith('v') || name.StartsWith('.'));
    }

    [Fact]
    public void Embed_BadModel_IsRefusedByWhatIsWrong()
    {
        string texts = _folder.Write("t.txt", "a text"), output = _folder["v.npy"];
        AkinProcess.Run("embed", "--model", _folder["none"], "--input", texts, "--output", output).Refused("none");
        _folder.Write("folder/readme.txt", "no model");
        AkinProcess.Run("embed", "--model", _folder["folder"], "--input", texts, "--output", output).Refused("folder", "config.json");
        _folder.Write("mamba/config.json", "{\"model_type\": \"mamba\"}");
        AkinProcess.Run("embed", "--model", _folder["mamba"], "--input", texts, "--output", output).Refused("mamba", "bert");
    }

    [Fact]
    public void Embed_OutputThatExists_StaysWhenTheRunFails()
    {
        string output = _folder.Write("v.npy", "what was there");
        Embed(_folder.Write("bad.jsonl", [.. Enumerable.Repeat("{\"text\": \"a\"}", 2000), "nonsense"]), output).Refused("line 2001");
        Assert.Equal("what was there\n", File.ReadAllText(output));
        Assert.Equal(["bad.jsonl", "v.npy"], _folder.Files());
    }

    [Fact]
    public void Embed_Interrupted_LeavesNothing()
    {
        // All different, because equal texts are embedded once.
        string input = _folder.Write("t.txt", [.. Enumerable.Range(0, 1_000_000).Select(static number => string.Join(' ', $"{number:b20}".Select(static digit => digit == '0' ? "a" : "text")))]);
        using AkinProcess process = AkinProcess.Start(["embed", "--model", TinyModels.Sentence(), "--input", input, "--output", _folder["v.npy"], "--batch-tokens", "64"]);
        Assert.True(SpinWait.SpinUntil(() => process.ErrorSoFar.Contains("Embedding", StringComparison.Ordinal), TimeSpan.FromMinutes(2)));
        process.Interrupt();
        AkinResult result = process.Wait();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("Stopped", result.Error);
        Assert.Equal(["t.txt"], _folder.Files());
    }

    public void Dispose() => _folder.Dispose();

    private static AkinResult Embed(string input, string output, params string[] options) => EmbedWith("mean-normalize", input, output, options);

    private static AkinResult EmbedWith(string model, string input, string output, params string[] options) =>
        AkinProcess.Run(["embed", "--model", TinyModels.Sentence(model), "--input", input, "--output", output, .. options]);

    private static float[][] Expected(string model, params string[] texts) =>
        SentenceTransformer.FromPretrained(TinyModels.Sentence(model)).Encode(texts, new EmbeddingOptions { Normalize = true });

    /// <summary>The rows of a float32 .npy file as this version writes them: a header of 128 bytes.</summary>
    private static float[][] ReadNumpy(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        string header = Encoding.ASCII.GetString(bytes[..128]);
        Assert.Contains("'<f4'", header);
        string shape = header[(header.IndexOf('(') + 1)..header.IndexOf(')')];
        int[] sizes = [.. shape.Split(',').Select(int.Parse)];
        float[][] rows = [.. MemoryMarshal.Cast<byte, float>(bytes.AsSpan(128)).ToArray().Chunk(sizes[1])];
        Assert.Equal(sizes[0], rows.Length);
        return rows;
    }
}
