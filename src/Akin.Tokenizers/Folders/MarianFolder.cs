using System.Text;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.SentencePiece;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.Folders;

/// <summary>
/// Marian (the OPUS translation models): SentencePiece's own way with <c>source.spm</c> and <c>target.spm</c>, the ids from a <c>vocab.json</c> that
/// both share. A text may start with the language to translate into, as <c>&gt;&gt;fra&lt;&lt;</c>, which is one token. Decoding is by the target's model.
/// </summary>
internal static class MarianFolder
{
    private const string SourceName = "source.spm";
    private const string TargetName = "target.spm";
    private const char CodeEnd = '\uFFFF'; // a noncharacter: stands between the language and the text
    private const string CodeStart = ">>";
    private const string CodeStop = "<<";

    public static Tokenizer Read(TokenizerFolder folder) => Read(folder, decodesBySource: false);

    /// <param name="folder">The folder.</param>
    /// <param name="decodesBySource">Whether the source's model decodes, as in transformers 5 and with <c>use_source_tokenizer</c> in 4.</param>
    internal static Tokenizer Read(TokenizerFolder folder, bool decodesBySource)
    {
        if (folder.Flag("separate_vocabs", absent: false))
            throw folder.Config!.Refuse("separate_vocabs", "models with a vocabulary for each language are not supported");
        string vocabularyFile = folder.Require("vocab.json");
        Vocabulary vocabulary = Vocabulary.Read(new JsonFields(TokenizerFile.ParseJson(TokenizerFile.ReadBytes(vocabularyFile), vocabularyFile), vocabularyFile, string.Empty));
        SentencePieceFile source = SentencePieceFile.Read(folder.Require(SourceName)), target = SentencePieceFile.Read(folder.Require(TargetName));
        SentencePieceFile decoding = decodesBySource ? source : target;
        Tokenizer forTarget = Build(folder, target, decoding, vocabulary, vocabularyFile, null);
        return Build(folder, source, decoding, vocabulary, vocabularyFile, forTarget, [(SourceName, source.Bytes), (TargetName, target.Bytes)]);
    }

    private static Tokenizer Build(
        TokenizerFolder folder, SentencePieceFile file, SentencePieceFile decoding, Vocabulary vocabulary, string vocabularyFile, Tokenizer? forTarget,
        IReadOnlyList<(string Name, byte[] Bytes)>? saved = null)
    {
        SentencePieceModel pieces = new(file, vocabulary, folder.Special.Unknown);
        List<(AddedToken Token, int? Id)> added = folder.AddedTokens(vocabulary);
        string end = folder.Special.End!;
        Tokenizer tokenizer = new(
            new MarianModel(pieces),
            new MarianNormalizer(new SentencePieceNormalizer(file)),
            null,
            PipelineJson.Template($"$A {end}", $"$A $B {end}", token => TokenizerFolder.SpecialId(token, vocabulary, added, vocabularyFile)),
            new MarianDecoder(new SentencePieceDecoder(decoding), [.. folder.Special.Named.Select(static item => item.Token), .. folder.Special.Additional]))
        {
            Settings = folder.Settings,
            Origin = file.File,
            Description = $"{Path.GetFileName(file.File)} with vocab.json as {folder.Class.Name}, named by {folder.ChosenBy}",
            Target = forTarget,
            SavedFiles = saved ?? [],
        };
        tokenizer.AddFromFile(added);
        return tokenizer;
    }

    /// <summary>Sets the language in front of a text apart from the text, which SentencePiece then rewrites.</summary>
    private sealed class MarianNormalizer(SentencePieceNormalizer inner) : Normalizer
    {
        public override string Type => "Marian";

        public override void Normalize(NormalizedText text)
        {
            int codeLength = CodeLength(text.Text);
            if (codeLength == 0)
            {
                inner.Normalize(text);
                return;
            }
            NormalizedText rest = text.Slice(codeLength, text.Length - codeLength);
            RemoveCodes(rest);
            inner.Normalize(rest);
            NormalizedText rewritten = text.StartRewriting();
            rewritten.Append(text, 0, codeLength);
            rewritten.Append(CodeEnd, text.OriginalSpan(codeLength, codeLength));
            rewritten.Append(rest, 0, rest.Length);
            text.TakeOver();
        }

        /// <summary>As in Python every language in the text goes, not only the first.</summary>
        private static void RemoveCodes(NormalizedText text)
        {
            TextRewriter rewriter = new(text);
            while (!rewriter.Rest.IsEmpty)
            {
                int start = rewriter.Rest.IndexOf(CodeStart);
                if (start < 0)
                {
                    rewriter.Keep(rewriter.Rest.Length);
                    break;
                }
                rewriter.Keep(start);
                int length = CodeLength(rewriter.Rest);
                if (length > 0)
                    rewriter.Drop(length);
                else
                    rewriter.Keep(1);
            }
            rewriter.Finish();
        }

        /// <summary>The length of what matches <c>&gt;&gt;.+&lt;&lt;</c> at the start of a text: up to the last &lt;&lt; of the line, with something before it.</summary>
        private static int CodeLength(ReadOnlySpan<char> text)
        {
            if (!text.StartsWith(CodeStart))
                return 0;
            int line = text.IndexOf('\n');
            ReadOnlySpan<char> candidate = line < 0 ? text : text[..line];
            int stop = candidate.LastIndexOf(CodeStop);
            return stop > CodeStart.Length ? stop + CodeStop.Length : 0;
        }
    }

    private sealed class MarianModel(SentencePieceModel inner) : Model
    {
        public override string Type => "Marian";

        public override Vocabulary Vocabulary => inner.Vocabulary;

        public override void Tokenize(ReadOnlySpan<char> piece, List<ModelToken> tokens)
        {
            int code = piece.StartsWith(CodeStart) ? piece.IndexOf(CodeEnd) : -1;
            if (code < 0)
            {
                inner.Tokenize(piece, tokens);
                return;
            }
            tokens.Add(new ModelToken(Vocabulary.TryGetId(piece[..code], out int id) ? id : inner.UnknownId, null, 0, code));
            int first = tokens.Count;
            inner.Tokenize(piece[(code + 1)..], tokens);
            for (int i = first; i < tokens.Count; i++)
                tokens[i] = tokens[i] with { Start = tokens[i].Start + code + 1, End = tokens[i].End + code + 1 };
        }
    }

    /// <summary>Special tokens stand as they are, with a space after each; what lies between them SentencePiece decodes by itself.</summary>
    private sealed class MarianDecoder(SentencePieceDecoder inner, HashSet<string> special) : Decoders.Decoder
    {
        private const char EscapedSpace = '\u2581';

        public override string Type => "Marian";

        internal override void Rewrite(List<string> tokens)
        {
            StringBuilder text = new();
            List<string> run = [];
            foreach (string token in tokens)
            {
                if (!special.Contains(token))
                {
                    run.Add(token);
                    continue;
                }
                text.Append(inner.Decode(run)).Append(token).Append(' ');
                run.Clear();
            }
            text.Append(inner.Decode(run)).Replace(EscapedSpace, ' ');
            tokens.Clear();
            tokens.Add(text.ToString().Trim());
        }
    }
}
