using Akin.Search.Lexical;
using Akin.Search.Storage;
using Xunit.Abstractions;

namespace Akin.Search.Tests;

/// <summary>
/// Every file of an index, cut off at every byte and with any bit flipped: the answer is that of the documents stored (of a moment, where it is the log of the database that
/// is damaged), or an error that says what is wrong. All places, and 10,000 bits of each file, by hand: AKIN_DAMAGE=all.
/// </summary>
public sealed class DamageTests(ITestOutputHelper output) : IDisposable
{
    private const int Dimension = 6;
    private const int CutsInShort = 5, FlipsInShort = 20, FlipsInAll = 10_000;

    private static readonly bool IsAll = Environment.GetEnvironmentVariable("AKIN_DAMAGE") == "all";
    private static readonly string[] Words = ["river", "stone", "hill", "paper", "winter", "letter", "garden"];

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("index.db")]
    [InlineData("index.db-wal")]
    [InlineData("vectors-*")]
    [InlineData("graph-*")]
    [InlineData("postings-*")]
    public void Index_WithADamagedFile_AnswersRightOrSaysWhatIsWrong(string pattern)
    {
        (string folder, List<Answers> moments) = Make();
        string name = Path.GetFileName(Assert.Single(Directory.GetFiles(folder, pattern)));
        byte[] whole = File.ReadAllBytes(Path.Combine(folder, name));
        Answers[] right = name == "index.db-wal" ? [.. moments] : [moments[^1]];
        int refused = 0, rebuilt = 0, count = 0;
        Random random = new(7);
        int cuts = IsAll ? whole.Length : CutsInShort, flips = IsAll ? FlipsInAll : FlipsInShort;
        for (int i = 0; i < flips; i++)
        {
            byte[] bytes = [.. whole];
            int place = random.Next(whole.Length), bit = random.Next(8);
            bytes[place] ^= (byte)(1 << bit);
            Check(bytes, $"bit {bit} of byte {place}");
        }

        for (int i = 0; i < cuts; i++)
        {
            int length = IsAll ? i : random.Next(whole.Length);
            Check(whole[..length], $"cut off at byte {length} of {whole.Length}");
        }

        output.WriteLine($"{name}: {count} damages, {refused} refused with words, {rebuilt} answered from the database, {count - refused - rebuilt} without effect on answers");
        if (name != "index.db")
        {
            Assert.Equal(0, refused);
        }

        void Check(byte[] bytes, string damage)
        {
            string copy = _temporary["copy"];
            Directory.CreateDirectory(copy);
            foreach (string file in Directory.EnumerateFiles(folder))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
            }

            File.WriteAllBytes(Path.Combine(copy, name), bytes);
            count++;
            try
            {
                using DocumentStore store = DocumentStore.Open(copy);
                using VectorIndex index = new(store);
                using LexicalIndex words = new(store);
                Answers found = Answers.Of(store, index, words);
                Assert.True(Array.Exists(right, answers => answers.Same(found)), $"{name}, {damage}: {found}");
                rebuilt += index.Damage is not null || words.Damage is not null ? 1 : 0;
            }
            catch (SearchIndexException error)
            {
                Assert.True(error.Message.Length > 20, error.Message);
                refused++;
            }
            finally
            {
                Directory.Delete(copy, recursive: true);
            }
        }
    }

    /// <summary>An index with all files: most of it published, some documents deleted and added since, the last three writes in the log of the database.</summary>
    private (string Folder, List<Answers> Moments) Make()
    {
        string made = _temporary["made"], folder = Directory.CreateDirectory(_temporary["index.akin"]).FullName;
        IndexFacts facts = new("m", Dimension);
        using (DocumentStore store = DocumentStore.OpenOrCreate(made, facts))
        using (VectorIndex index = new(store))
        using (LexicalIndex words = new(store))
        {
            index.Configure(new VectorIndexSettings { Kind = VectorIndexKind.Hnsw, M = 4 });
            store.Upsert([.. Enumerable.Range(0, 60).Select(Entry)]);
            index.Publish();
            words.Publish();
            store.Delete(["d3", "d30"]);
            store.Upsert([.. Enumerable.Range(60, 5).Select(Entry)]);
        }

        List<Answers> moments = [];
        using (DocumentStore store = DocumentStore.Open(made))
        using (VectorIndex index = new(store))
        using (LexicalIndex words = new(store))
        {
            moments.Add(Answers.Of(store, index, words));
            foreach (Action change in new Action[] { () => store.Upsert([Entry(65), Entry(66)]), () => store.Delete(["d4", "d5"]), () => store.Upsert([Entry(67), Entry(7)]) })
            {
                change();
                moments.Add(Answers.Of(store, index, words));
            }

            foreach (string file in Directory.EnumerateFiles(made).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
        }

        return (folder, moments);
    }

    private static DocumentVector Entry(int number)
    {
        Random random = new(number);
        string text = string.Join(' ', Enumerable.Range(0, 3 + number % 9).Select(_ => Words[random.Next(Words.Length)]));
        return new DocumentVector(
            new Document("d" + number, text) { Title = number % 4 == 0 ? "no " + number : null },
            Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f).ToArray());
    }

    /// <summary>All that an index says.</summary>
    private sealed record Answers(Document[] Documents, SearchHit[][] Near, SearchHit[][] Worded)
    {
        private const int Top = 8;

        public static Answers Of(DocumentStore store, VectorIndex index, LexicalIndex words) => new(
            [.. store.Enumerate()],
            [.. Enumerable.Range(0, 12).Select(i => index.Search(Entry(i * 6 + 1).Vector.Span, Top).ToArray())],
            [.. Words.Select(word => words.Search(word, Top).ToArray())]);

        public bool Same(Answers other) =>
            Documents.SequenceEqual(other.Documents) && Near.Zip(other.Near).All(pair => pair.First.SequenceEqual(pair.Second)) &&
            Worded.Zip(other.Worded).All(pair => pair.First.SequenceEqual(pair.Second));

        public override string ToString() => $"{Documents.Length} documents; {string.Join(' ', Near.Concat(Worded).Select(hits => string.Join(',', hits.Select(hit => hit.Document.Id))))}";
    }
}
