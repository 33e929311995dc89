using Akin.Datasets;
using Akin.Hub;
using Akin.Tensors.Operations;
using Akin.Tokenizers;
using Akin.Training.FineTuning;

namespace Akin.Training.PreTraining;

/// <summary>
/// Makes the examples BERT is pre-trained on: two stretches of text, of which the second follows the first in half of the cases and comes from another
/// document in the others, with masked words (Devlin et al. 2018, https://arxiv.org/abs/1810.04805, appendix A.1 and A.2).
/// </summary>
/// <remarks>
/// The rules are those of google-research/bert's <c>create_pretraining_data.py</c>, whole words included; the random numbers are not. The examples are a
/// data set of the columns <c>input_ids</c>, <c>token_type_ids</c>, <c>labels</c> (−100 where nothing is masked) and <c>next_sentence_label</c> (0: follows,
/// 1: does not), which Python's <c>load_from_disk</c> reads and <c>BertForPreTraining</c> takes. Texts and examples may be larger than memory.
/// <c>akin train create-data</c> is this class as a command.
/// </remarks>
public sealed class PreTrainingData
{
    private const int DrawsOfDocument = 10; // tries to find another document

    private readonly PreTrainingDataOptions _options;
    private readonly Tokenizer _tokenizer;
    private readonly int _maskId;
    private readonly TokenizedDocuments _documents;

    private PreTrainingData(PreTrainingDataOptions options, Tokenizer tokenizer, TokenizedDocuments documents)
    {
        _options = options;
        _tokenizer = tokenizer;
        _documents = documents;
        _maskId = MaskOf(tokenizer, options.Model);
    }

    /// <summary>The columns of the examples.</summary>
    public static Features Features { get; } = new(
        ("input_ids", new ListFeature(Value.Int32)),
        ("token_type_ids", new ListFeature(new Value(ScalarType.Int8))),
        ("labels", new ListFeature(Value.Int32)),
        ("next_sentence_label", Value.Int64));

    /// <summary>Makes the examples and writes them, in random order.</summary>
    /// <param name="options">The texts, the tokenizer and how.</param>
    /// <param name="download">Told about a download of the tokenizer.</param>
    /// <param name="progress">Told how often a document was gone through.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="DataFormatException">The texts cannot be read, or hold nothing.</exception>
    /// <exception cref="TrainingOptionException">An option is out of bounds, or the tokenizer has no mask.</exception>
    /// <exception cref="IOException">The output folder has files in it, or cannot be written.</exception>
    public static PreTrainingDataResult Create(
        PreTrainingDataOptions options, IProgress<DownloadProgress>? download = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(ModelHub.ResolveFolder(options.Model, options.Hub, download, cancellationToken), cancellationToken: cancellationToken);
        Validate(options, tokenizer);
        if (Directory.Exists(options.Output) && Directory.EnumerateFileSystemEntries(options.Output).Any())
        {
            throw new IOException($"'{options.Output}' has files in it: choose another folder for the examples, or empty it.");
        }

        TokenizedDocuments documents = new(options.Input, options.Encoding, tokenizer, cancellationToken);
        PreTrainingData data = new(options, tokenizer, documents);
        Dataset examples = Dataset.FromRows(data.Examples(progress, cancellationToken), Features).Shuffle(options.Seed);
        examples.SaveToDisk(options.Output, cancellationToken: cancellationToken);
        return new PreTrainingDataResult(documents.Count, documents.SentenceCount, examples.Count);
    }

    /// <summary>The id of the mask.</summary>
    /// <exception cref="TrainingOptionException">There is none.</exception>
    internal static int MaskOf(Tokenizer tokenizer, string model) =>
        tokenizer.MaskId ?? throw new TrainingOptionException($"The tokenizer of '{model}' has no mask token, so words cannot be masked: take one that was made for it, such as BERT's.");

    private static void Validate(PreTrainingDataOptions options, Tokenizer tokenizer)
    {
        int least = tokenizer.CountSpecialTokens(pair: true) + 2;
        Require(options.MaxLength >= least, "max length", options.MaxLength, $"at least {least}: the special tokens and a piece of each text");
        Require(options.MaxPredictions >= 1, "most predictions", options.MaxPredictions, "at least 1");
        Require(options.MaskProbability is > 0 and < 1, "mask probability", options.MaskProbability, "between 0 and 1");
        Require(options.Duplicates >= 1, "duplicates", options.Duplicates, "at least 1");
        Require(options.ShortShare is >= 0 and <= 1, "share of short examples", options.ShortShare, "from 0 to 1");

        static void Require(bool holds, string name, object value, string bounds)
        {
            if (!holds)
            {
                throw new TrainingOptionException(FormattableString.Invariant($"The {name} is {value}; it must be {bounds}."));
            }
        }
    }

    private IEnumerable<RowValues> Examples(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        for (int duplicate = 0; duplicate < _options.Duplicates; duplicate++)
        {
            for (int document = 0; document < _documents.Count; document++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long number = ((long)duplicate * _documents.Count) + document;
                foreach (RowValues example in ExamplesOf(document, new Draws(_options.Seed, (ulong)number)))
                {
                    yield return example;
                }

                progress?.Report(number + 1);
            }
        }
    }

    /// <summary>Goes through a document, a stretch of the wanted length after the other, and cuts each in two.</summary>
    private IEnumerable<RowValues> ExamplesOf(int document, Draws draws)
    {
        WordPieces[] sentences = _documents[document];
        int most = _options.MaxLength - _tokenizer.CountSpecialTokens(pair: true);

        // Most documents are cut as long as possible: what is computed for short examples is mostly the same. Some are cut short, as texts in use are.
        int wanted = draws.Happens(_options.ShortShare) ? draws.Between(2, most) : most;
        List<WordPieces> stretch = [];
        for (int next = 0; next < sentences.Length;)
        {
            stretch.Add(sentences[next++]);
            if (next < sentences.Length && stretch.Sum(sentence => sentence.Count) < wanted)
            {
                continue;
            }

            int cut = stretch.Count > 1 ? draws.Between(1, stretch.Count - 1) : 1;
            List<Piece> first = Pieces(stretch.Take(cut));
            List<Piece> second = Pieces(stretch.Skip(cut));
            bool isRandom = stretch.Count == 1 || draws.Happens(0.5);
            if (isRandom)
            {
                second = OtherText(document, wanted - first.Count, draws);
                next -= stretch.Count - cut; // what was not used comes again
            }

            Truncate(first, second, most, draws);
            yield return Example(first, second, isRandom, draws);
            stretch.Clear();
        }
    }

    /// <summary>Text from any place of another document; of the same one when there is no other.</summary>
    private List<Piece> OtherText(int document, int wanted, Draws draws)
    {
        int other = document;
        for (int i = 0; i < DrawsOfDocument && other == document; i++)
        {
            other = draws.Between(0, _documents.Count - 1);
        }

        WordPieces[] sentences = _documents[other];
        int start = draws.Between(0, sentences.Length - 1);
        List<Piece> text = [];
        for (int i = start; i < sentences.Length && (i == start || text.Count < wanted); i++)
        {
            text.AddRange(Pieces([sentences[i]]));
        }

        return text;
    }

    private static List<Piece> Pieces(IEnumerable<WordPieces> sentences) =>
        [.. sentences.SelectMany(sentence => sentence.Ids.Select((id, i) => new Piece(id, sentence.Continues[i])))];

    /// <summary>Takes pieces off the longer text, from either end so that neither end is special.</summary>
    private static void Truncate(List<Piece> first, List<Piece> second, int most, Draws draws)
    {
        while (first.Count + second.Count > most)
        {
            List<Piece> longer = first.Count > second.Count ? first : second;
            longer.RemoveAt(draws.Happens(0.5) ? 0 : longer.Count - 1);
        }
    }

    private RowValues Example(List<Piece> first, List<Piece> second, bool isRandom, Draws draws)
    {
        Encoding encoding = _tokenizer.BuildInputsWithSpecialTokens([.. first.Select(piece => piece.Id)], [.. second.Select(piece => piece.Id)]);
        bool[] continues = [.. first.Concat(second).Select(piece => piece.Continues)];
        int[] places = [.. Enumerable.Range(0, encoding.Ids.Length).Where(place => encoding.SpecialTokensMask[place] == 0)];
        int[] labels = new int[encoding.Ids.Length];
        Array.Fill(labels, CrossEntropyOperation.Ignored);
        Mask(encoding.Ids, labels, places, continues, draws);
        return new RowValues
        {
            ["input_ids"] = encoding.Ids,
            ["token_type_ids"] = encoding.TypeIds,
            ["labels"] = labels,
            ["next_sentence_label"] = isRandom ? 1L : 0L,
        };
    }

    /// <summary>Masks pieces, or whole words, in random order until there are enough; a word that would be too much is passed over.</summary>
    private void Mask(int[] ids, int[] labels, int[] places, bool[] continues, Draws draws)
    {
        List<List<int>> words = [];
        for (int i = 0; i < places.Length; i++)
        {
            if (_options.WholeWords && continues[i] && i > 0 && places[i] == places[i - 1] + 1) // not over a separator
            {
                words[^1].Add(places[i]);
            }
            else
            {
                words.Add([places[i]]);
            }
        }

        draws.Shuffle(words);
        int left = Math.Min(_options.MaxPredictions, Math.Max(1, (int)Math.Round(ids.Length * _options.MaskProbability)));
        foreach (List<int> word in words.Where(word => word.Count <= left)) // asked anew for every word
        {
            left -= word.Count;
            foreach (int place in word)
            {
                labels[place] = ids[place];
                if (draws.Happens(0.8))
                {
                    ids[place] = _maskId;
                }
                else if (draws.Happens(0.5))
                {
                    ids[place] = draws.Between(0, _tokenizer.VocabularySize - 1);
                }
            }
        }
    }

    private readonly record struct Piece(int Id, bool Continues);
}
