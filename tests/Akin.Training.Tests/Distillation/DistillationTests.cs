using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Pipelines;
using Akin.Training.Distillation;
using Akin.Training.FineTuning;

namespace Akin.Training.Tests.Distillation;

public sealed class DistillationTests : IDisposable
{
    private static readonly string[] Words = ["boat", "river", "dog", "house", "bread", "light", "winter", "road", "song", "glass", "paper", "stone"];
    private static readonly string[] Texts = [.. Enumerable.Range(0, 96).Select(i => $"{Words[i % 12]} and {Words[i * 5 % 11]} near the {Words[i * 7 % 12]}")];

    private readonly TemporaryFolder _folder = new();

    private static string TeacherFolder => Repository.Golden("models", "sentence", "tiny", "mean-normalize");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_LayersAndUnits_KeepTheirWeights()
    {
        SentenceTransformer teacher = SentenceTransformer.FromPretrained(TeacherFolder);
        StudentModel.Create(teacher, TeacherFolder, new StudentShape { Layers = [1], IntermediateSize = 10, VocabularySize = 200, MaxSequenceLength = 20 }, Texts, _folder);

        using Checkpoint before = Checkpoint.Open(TeacherFolder), after = Checkpoint.Open(_folder);
        Assert.Equal(before.Read("encoder.layer.1.attention.self.key.weight"), after.Read("encoder.layer.0.attention.self.key.weight"));
        Assert.DoesNotContain(after.Tensors.Keys, name => name.Contains("layer.1.", StringComparison.Ordinal));
        HashSet<string> rows = [.. before.Read("encoder.layer.1.intermediate.dense.weight").Chunk(16).Select(row => string.Join(',', row))];
        Assert.All(after.Read("encoder.layer.0.intermediate.dense.weight").Chunk(16), row => Assert.Contains(string.Join(',', row), rows));
        Assert.Equal([16, 10], after.Tensors["encoder.layer.0.output.dense.weight"].Shape);

        SentenceTransformer student = SentenceTransformer.FromPretrained(_folder);
        Assert.Equal(200, student.Tokenizer.VocabularySize);
        Assert.Equal(20, student.MaxSequenceLength);
        Assert.Equal(0, (double)JsonNode.Parse(File.ReadAllText(_folder.File("config.json")))!["hidden_dropout_prob"]!);
        float[] words = before.Read("embeddings.word_embeddings.weight"), kept = after.Read("embeddings.word_embeddings.weight");
        foreach (string token in student.Tokenizer.Tokenize(Texts[0]))
        {
            int old = teacher.Tokenizer.TokenToId(token)!.Value, now = student.Tokenizer.TokenToId(token)!.Value;
            Assert.Equal(words.AsSpan(old * 16, 16), kept.AsSpan(now * 16, 16));
        }
    }

    [Fact]
    public void Create_EverythingKept_IsTheTeacher()
    {
        SentenceTransformer teacher = SentenceTransformer.FromPretrained(TeacherFolder);
        StudentModel.Create(teacher, TeacherFolder, new StudentShape { Layers = [0, 1] }, Texts, _folder);
        Assert.Equal(teacher.Encode(Texts), SentenceTransformer.FromPretrained(_folder).Encode(Texts));
    }

    [Theory]
    [InlineData(2, null, null)]
    [InlineData(-1, null, null)]
    [InlineData(0, 25, null)]
    [InlineData(0, null, 2)]
    public void Create_ShapeTheTeacherLacks_SaysSo(int layer, int? units, int? tokens)
    {
        SentenceTransformer teacher = SentenceTransformer.FromPretrained(TeacherFolder);
        StudentShape shape = new() { Layers = [layer], IntermediateSize = units, VocabularySize = tokens };
        Assert.Throws<TrainingOptionException>(() => StudentModel.Create(teacher, TeacherFolder, shape, Texts, _folder));
    }

    [Fact]
    public void Vectors_AddedTwiceAndCutShort_AreThoseOfTheTeacher()
    {
        SentenceTransformer teacher = SentenceTransformer.FromPretrained(TeacherFolder);
        string[] prompts = [.. Texts.Select(_ => "say: ")];
        string file = _folder.File("teacher.vectors");
        using (TeacherVectors vectors = TeacherVectors.Open(file, teacher))
        {
            vectors.Add(teacher, prompts[..40], Texts[..40]);
        }

        using (FileStream cut = File.OpenWrite(file))
        {
            cut.SetLength(cut.Length - 5); // a crash in the middle of a write
        }

        List<int> reported = [];
        using TeacherVectors again = TeacherVectors.Open(file, teacher);
        int distinct = Texts.Distinct().Count();
        Assert.Equal(39, again.Count);
        again.Add(teacher, prompts, Texts, new Reports(reported));
        Assert.Equal([Texts.Length], reported);
        Assert.Equal(distinct, again.Count);
        float[] read = new float[16];
        foreach (string text in Texts)
        {
            again.Read(again.Find("say: ", text), read);
            float[] expected = teacher.Encode(text, new EmbeddingOptions { Prompt = "say: " });
            Assert.All(expected.Zip(read), pair => Assert.Equal((float)(Half)pair.First, pair.Second));
        }

        Assert.False(again.Contains("", Texts[0]));
    }

    [Fact]
    public void Run_ToFewerDimensions_LearnsThePrincipalDirections()
    {
        string texts = _folder.File("texts.txt");
        File.WriteAllLines(texts, Texts);
        DistillationOptions options = new()
        {
            Teacher = TeacherFolder,
            Shape = new StudentShape { Layers = [1] },
            Texts = [texts],
            Dimensions = 6,
            Arguments = new TrainingArguments { OutputDir = _folder.File("small"), PerDeviceTrainBatchSize = 16, NumTrainEpochs = 20, LearningRate = 5e-3 },
        };
        Distiller.Run(options);
        Assert.Equal(6, SentenceTransformer.FromPretrained(_folder.File("small")).Dimension);
        double before = Difference(_folder.File("small", "start")), after = Difference(_folder.File("small"));
        Assert.True(after < before / 2, $"{before} → {after}");

        Assert.Contains("16 cannot be kept", Assert.Throws<TrainingOptionException>(() => Distiller.Run(options with { Dimensions = 16 })).Message, StringComparison.Ordinal);
        File.WriteAllLines(texts, Texts[..6]);
        TrainingOptionException few = Assert.Throws<TrainingOptionException>(
            () => Distiller.Run(options with { Arguments = options.Arguments with { OutputDir = _folder.File("few") } }));
        Assert.Contains("do not tell 6 directions", few.Message, StringComparison.Ordinal);

        // How far the products of the student's vectors are from those of the teacher's principal parts.
        double Difference(string student)
        {
            float[][] wanted = SentenceTransformer.FromPretrained(TeacherFolder).Encode(Texts);
            EmbeddingMap map = EmbeddingMap.Reducing([.. wanted.SelectMany(vector => vector)], 16, 6);
            float[][] reduced = [.. wanted.Select(vector => map.Apply(vector))], found = SentenceTransformer.FromPretrained(student).Encode(Texts);
            return Texts.Index().SelectMany(text => Texts[..text.Index].Select((_, other) =>
                Math.Abs(Cosine(reduced, text.Index, other) - Cosine(found, text.Index, other)))).Average();
        }

        static float Cosine(float[][] rows, int left, int right) => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(rows[left], rows[right]);
    }

    [Fact]
    public void Vectors_OfAnotherTeacher_AreRefused()
    {
        string file = _folder.File("teacher.vectors");
        TeacherVectors.Open(file, SentenceTransformer.FromPretrained(TeacherFolder)).Dispose();
        SentenceTransformer other = SentenceTransformer.FromPretrained(Repository.Golden("models", "sentence", "tiny", "cls"));
        Assert.Throws<TrainingStateException>(() => TeacherVectors.Open(file, other));
        File.WriteAllText(file, "not vectors at all, but long enough for a header");
        Assert.Throws<TrainingStateException>(() => TeacherVectors.Open(file, other));
    }

    [Fact]
    public void Run_StudentOfOneLayer_ComesCloserAndGoesOnWithoutTheTeacher()
    {
        string texts = _folder.File("texts.txt");
        File.WriteAllLines(texts, Texts);
        DistillationOptions options = new()
        {
            Teacher = TeacherFolder,
            Shape = new StudentShape { Layers = [1], VocabularySize = 250 },
            Texts = [texts],
            TeacherVectors = _folder.File("teacher.vectors"),
            Arguments = new TrainingArguments { OutputDir = _folder.File("first"), PerDeviceTrainBatchSize = 16, NumTrainEpochs = 20, LearningRate = 5e-3 },
        };
        DistillationResult result = Distiller.Run(options);
        Assert.Equal(Texts.Length, result.TextCount);
        float before = Likeness(_folder.File("first", "start")), after = Likeness(_folder.File("first"));
        Assert.True(1 - after < (1 - before) / 3, $"{before} → {after}");

        // A new text has no vector, and is passed over when the teacher is not to run.
        File.AppendAllLines(texts, ["something new"]);
        DistillationResult more = Distiller.Run(options with
        {
            OnlyKnownTexts = true,
            Student = _folder.File("first"),
            Loss = new DistillationLossOptions { SimilarityWeight = 0.1f },
            Arguments = options.Arguments with { OutputDir = _folder.File("second"), NumTrainEpochs = 5, LearningRate = 1e-3 },
        });
        Assert.Equal(Texts.Length, more.TextCount);
        Assert.True(Likeness(_folder.File("second")) > after - 0.01f);
    }

    [Fact]
    public void Run_PromptTheTeacherLacks_NamesTheLine()
    {
        string texts = _folder.File("texts.jsonl");
        File.WriteAllLines(texts, ["""{"text": "a", "prompt": "query"}""", """{"text": "b", "prompt": "nonesuch"}"""]);
        Datasets.DataFormatException refusal = Assert.Throws<Datasets.DataFormatException>(() => Distiller.Run(new DistillationOptions
        {
            Teacher = Repository.Golden("models", "sentence", "tiny", "prompts"),
            Shape = new StudentShape { Layers = [0] },
            Texts = [texts],
            Arguments = new TrainingArguments { OutputDir = _folder.File("out") },
        }));
        Assert.Contains("nonesuch", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("passage", refusal.Message, StringComparison.Ordinal);
    }

    private static float Likeness(string student)
    {
        float[][] right = SentenceTransformer.FromPretrained(TeacherFolder).Encode(Texts), said = SentenceTransformer.FromPretrained(student).Encode(Texts);
        return EmbeddingSimilarity.Pairwise(SimilarityFunction.Cosine, right, said).Average();
    }

    private sealed class Reports(List<int> told) : IProgress<int>
    {
        public void Report(int value) => told.Add(value);
    }
}
