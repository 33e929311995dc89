using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.SentencePiece;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Folders;

/// <summary>
/// KoBERT as published with a tokenizer class of its own: SentencePiece's own way, the ids from a <c>vocab.txt</c>, BERT's special tokens around the text.
/// </summary>
internal static class KoBertFolder
{
    public static Tokenizer Read(TokenizerFolder folder)
    {
        string vocabularyFile = folder.Require(WordPieceFolder.VocabularyName);
        SentencePieceFile file = SentencePieceFile.Read(folder.Require("tokenizer_78b3253a26.model", "tokenizer.model", "spiece.model"));
        Vocabulary vocabulary = VocabularyFile.Read(vocabularyFile);
        List<Normalizer> normalizers = [];
        if (folder.Flag("remove_space", absent: true))
            normalizers.Add(new SingleSpaces());
        normalizers.Add(PipelineJson.Normalizer("""{"type": "Replace", "pattern": {"String": "``"}, "content": "\""}"""));
        normalizers.Add(PipelineJson.Normalizer("""{"type": "Replace", "pattern": {"String": "''"}, "content": "\""}"""));
        if (!folder.Flag("keep_accents", absent: false))
        {
            normalizers.Add(new UnicodeForm(UnicodeFormKind.NFKD));
            normalizers.Add(new WithoutCombining());
        }
        if (folder.Flag("do_lower_case", absent: false))
            normalizers.Add(new Lowercase());
        normalizers.Add(new SentencePieceNormalizer(file));

        SentencePieceModel model = new(file, vocabulary, folder.Special.Unknown, splitsNumberCommas: true);
        List<(AddedToken Token, int? Id)> added = folder.AddedTokens(vocabulary);
        string first = folder.Special.Classification!, end = folder.Special.Separator!;
        Tokenizer tokenizer = new(
            model,
            new NormalizerSequence(normalizers),
            null,
            PipelineJson.Template($"{first}:0 $A:0 {end}:0", $"{first}:0 $A:0 {end}:0 $B:1 {end}:1", token => TokenizerFolder.SpecialId(token, vocabulary, added, vocabularyFile)),
            new PiecesToText())
        {
            Settings = folder.Settings,
            Origin = file.File,
            Description = $"{Path.GetFileName(file.File)} with vocab.txt as {folder.Class.Name}, named by {folder.ChosenBy}",
            SavedFiles = [(Path.GetFileName(file.File), file.Bytes)],
        };
        tokenizer.AddFromFile(added);
        return tokenizer;
    }

    /// <summary>No space at the ends, and one wherever there are some.</summary>
    private sealed class SingleSpaces : Normalizer
    {
        public override string Type => "SingleSpaces";

        public override void Normalize(NormalizedText text)
        {
            TextRewriter rewriter = new(text);
            bool written = false;
            while (!rewriter.Rest.IsEmpty)
            {
                int length = 0;
                while (length < rewriter.Rest.Length && char.IsWhiteSpace(rewriter.Rest[length]))
                    length++;
                if (length == 0)
                {
                    rewriter.Keep(1);
                    written = true;
                }
                else if (written && length < rewriter.Rest.Length)
                {
                    rewriter.Replace(length, ' ');
                }
                else
                {
                    rewriter.Drop(length);
                }
            }
            rewriter.Finish();
        }
    }

    /// <summary>Leaves out every character with a combining class, as Python's <c>unicodedata.combining</c> tells.</summary>
    private sealed class WithoutCombining : Normalizer
    {
        public override string Type => "WithoutCombining";

        public override void Normalize(NormalizedText text) => text.Filter(static codePoint => UnicodeTables.CombiningClass(codePoint) == 0);
    }

    /// <summary>Joins the pieces and writes spaces for <c>▁</c>.</summary>
    private sealed class PiecesToText : Decoders.Decoder
    {
        public override string Type => "PiecesToText";

        internal override void Rewrite(List<string> tokens)
        {
            string text = string.Concat(tokens).Replace('\u2581', ' ').Trim();
            tokens.Clear();
            tokens.Add(text);
        }
    }
}
