using System.Text.Json.Nodes;
using Akin.Hub;
using Akin.Models.Configuration;

namespace Akin.Pipelines.Tests;

/// <summary>Reading and writing model folders: what is saved is what every version of Python reads, and what cannot be honoured is refused.</summary>
public sealed class SentenceTransformerFolderTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"akin-{Guid.NewGuid():N}");

    [Theory]
    [MemberData(nameof(TinyModels.Names), MemberType = typeof(TinyModels))]
    public void SavePretrained_LoadedAgain_GivesTheSameBits(string name)
    {
        SentenceTransformer model = TinyModels.Load(name);
        model.SavePretrained(_folder);
        SentenceTransformer again = SentenceTransformer.FromPretrained(_folder);
        Assert.Equal(model.Encode(TinyModels.Texts), again.Encode(TinyModels.Texts));
        Assert.Equal(model.MaxSequenceLength, again.MaxSequenceLength);
        Assert.Equal(model.Prompts, again.Prompts);
        Assert.Equal(model.SimilarityFunction, again.SimilarityFunction);
    }

    [Fact]
    public void SavePretrained_CurrentLayout_IsWrittenInTheLayoutOfAllVersions()
    {
        TinyModels.Load("mean-layernorm-dense-normalize").SavePretrained(_folder);
        string[] types = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "modules.json")))!.AsArray().Select(module => (string)module!["type"]!)];
        Assert.Equal(["Transformer", "Pooling", "LayerNorm", "Dense", "Normalize"], types.Select(type => type["sentence_transformers.models.".Length..]));
        Assert.Equal(
            """
            {
              "word_embedding_dimension": 16,
              "pooling_mode_cls_token": false,
              "pooling_mode_mean_tokens": true,
              "pooling_mode_max_tokens": false,
              "pooling_mode_mean_sqrt_len_tokens": false,
              "pooling_mode_weightedmean_tokens": false,
              "pooling_mode_lasttoken": false,
              "include_prompt": true
            }
            """.ReplaceLineEndings("\n"),
            File.ReadAllText(Path.Combine(_folder, "1_Pooling", "config.json")));
        Assert.Equal("{\n  \"max_seq_length\": 32,\n  \"do_lower_case\": false\n}", File.ReadAllText(Path.Combine(_folder, "sentence_bert_config.json")));
    }

    [SharedFact("models/all-MiniLM-L6-v2")]
    public void SavePretrained_PublishedModel_WritesItsModuleFilesByteForByte()
    {
        string published = Repository.Shared("models", "all-MiniLM-L6-v2");
        SentenceTransformer.FromPretrained(published).SavePretrained(_folder);
        foreach (string file in (string[])["modules.json", "sentence_bert_config.json"])
        {
            Assert.Equal(File.ReadAllText(Path.Combine(published, file)), File.ReadAllText(Path.Combine(_folder, file)));
        }

        // The pooling file has the published lines, and after them the flags that came later.
        Assert.StartsWith(
            File.ReadAllText(Path.Combine(published, "1_Pooling", "config.json")).TrimEnd('}').TrimEnd(),
            File.ReadAllText(Path.Combine(_folder, "1_Pooling", "config.json")));
    }

    [Theory]
    [InlineData("modules.json", "type", "my_code.Module", "never run")]
    [InlineData("modules.json", "type", "sentence_transformers.models.CNN", "supported")]
    [InlineData("modules.json", "path", "../elsewhere", "leads out")]
    public void FromPretrained_ModuleThatCannotBeHonoured_IsRefused(string file, string field, string value, string problem)
    {
        CopyModel("classic-v2-dense");
        Edit(file, json => json.AsArray()[2]![field] = value);
        SentenceTransformerException error = Assert.Throws<SentenceTransformerException>(() => SentenceTransformer.FromPretrained(_folder));
        Assert.Contains(problem, error.Message);
    }

    [Theory]
    [InlineData("1_Pooling/config.json", "pooling_mode", "median", "\"weightedmean\"")]
    [InlineData("1_Pooling/config.json", "word_embedding_dimension", "17", "16")]
    [InlineData("2_Dense/config.json", "activation_function", "my_code.Swish", "Tanh")]
    [InlineData("2_Dense/config.json", "use_residual", "true", "false")]
    [InlineData("sentence_bert_config.json", "max_seq_length", "0", "from 1")]
    [InlineData("config_sentence_transformers.json", "similarity_fn_name", "maxsim", "manhattan")]
    [InlineData("config_sentence_transformers.json", "default_prompt_name", "query", "prompts")]
    public void FromPretrained_FieldThatCannotBeHonoured_IsRefusedByName(string file, string field, string value, string supported)
    {
        CopyModel("classic-v2-dense");
        Edit(file, json => json[field] = int.TryParse(value, out int number) ? number : bool.TryParse(value, out bool flag) ? flag : JsonValue.Create(value));
        ConfigException error = Assert.Throws<ConfigException>(() => SentenceTransformer.FromPretrained(_folder));
        Assert.Equal(field, error.Field);
        Assert.Contains(supported, error.Message);
        Assert.EndsWith(Path.GetFileName(file), error.File);
    }

    [Theory]
    [InlineData("1_Pooling/config.json")]
    [InlineData("2_Dense/config.json")]
    public void FromPretrained_MissingFileOfAModule_IsNamed(string file)
    {
        CopyModel("classic-v2-dense");
        File.Delete(Path.Combine(_folder, file));
        Assert.Contains(Path.Combine(_folder, file), Assert.Throws<SentenceTransformerException>(() => SentenceTransformer.FromPretrained(_folder)).Message);
    }

    [Fact]
    public void FromPretrained_ModulesFileThatIsNotJson_SaysSo()
    {
        CopyModel("classic-v2");
        File.WriteAllText(Path.Combine(_folder, "modules.json"), "[{");
        Assert.Contains("not JSON", Assert.Throws<SentenceTransformerException>(() => SentenceTransformer.FromPretrained(_folder)).Message);
    }

    [Fact]
    public void FromPretrained_FolderThatIsNoModel_NamesTheMissingFile()
    {
        Directory.CreateDirectory(_folder);
        Assert.Contains("config.json", Assert.Throws<ConfigException>(() => SentenceTransformer.FromPretrained(_folder)).Message);
    }

    [Fact]
    public void FromPretrained_NoFolder_SaysWhereItLooked() =>
        Assert.Contains("no-such-model", Assert.ThrowsAny<HubException>(() => SentenceTransformer.FromPretrained("./no-such-model")).Message);

    [Fact]
    public void FromPretrained_LengthAsked_IsLimitedByTheModel()
    {
        Assert.Equal(32, SentenceTransformer.FromPretrained(TinyModels.Folder("mean"), new SentenceTransformerOptions { MaxSequenceLength = 1000 }).MaxSequenceLength);
        Assert.Equal(5, SentenceTransformer.FromPretrained(TinyModels.Folder("mean"), new SentenceTransformerOptions { MaxSequenceLength = 5 }).MaxSequenceLength);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Encode_ModelThatLowersTexts_LowersPromptAndText(bool lowersCase)
    {
        CopyModel("classic-v2");
        Edit("tokenizer.json", json => json["normalizer"]!["lowercase"] = false);
        Edit("sentence_bert_config.json", json => json["do_lower_case"] = lowersCase);
        SentenceTransformer model = SentenceTransformer.FromPretrained(_folder);
        float[] lower = model.Encode("query: a small cat");
        Assert.Equal(lowersCase, lower.SequenceEqual(model.Encode("A Small CAT", new EmbeddingOptions { Prompt = "QUERY: " })));
        Assert.Equal(lower, model.Encode("a small cat", new EmbeddingOptions { Prompt = "query: " }));
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private void CopyModel(string name)
    {
        string source = TinyModels.Folder(name);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private void Edit(string file, Action<JsonNode> change)
    {
        string path = Path.Combine(_folder, file);
        JsonNode json = JsonNode.Parse(File.ReadAllText(path))!;
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }
}
