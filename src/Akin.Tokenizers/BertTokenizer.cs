using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Folders;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers;

/// <summary>Makes BERT's tokenizer of its vocabulary alone: <c>FullTokenizer</c> of google-research/bert (<c>tokenization.py</c>).</summary>
public static class BertTokenizer
{
    /// <summary>Longer words are unknown: the script's number, twice that of transformers.</summary>
    private const int MaximumWordLength = 200;

    /// <summary>Loads a <c>vocab.txt</c>, whatever it is called and whatever lies beside it.</summary>
    /// <param name="vocabularyFile">UTF-8, one token a line.</param>
    /// <param name="doLowerCase">Whether texts are lowered and accents stripped, as for uncased models. Default: yes.</param>
    /// <exception cref="TokenizerFileException">The file is missing or damaged, or lacks a token that every text is given.</exception>
    public static Tokenizer FromFile(string vocabularyFile, bool doLowerCase = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(vocabularyFile);
        TokenizerClass bert = TokenizerClasses.Find("BertTokenizer")!;
        SpecialTokens special = bert.Defaults;
        WordPiece model = new(VocabularyFile.Read(vocabularyFile), special.Unknown!, maximumWordLength: MaximumWordLength);
        Tokenizer tokenizer = new(
            model, new BertNormalizer { Lowercase = doLowerCase }, new BertPreTokenizer(), WordPieceFolder.Template(model, special, vocabularyFile), new WordPieceDecoder())
        {
            Settings = new TokenizerSettings
            {
                TokenizerClass = bert.Name,
                SpecialTokens = special.Select(token => model.Vocabulary.TryGetId(token, out _) ? token : null),
                Source = TokenizerFile.ParseJson(
                    System.Text.Encoding.UTF8.GetBytes($$"""{"do_lower_case": {{(doLowerCase ? "true" : "false")}}, "tokenizer_class": "{{bert.Name}}"}"""), vocabularyFile),
            },
            Origin = vocabularyFile,
            Description = $"{Path.GetFileName(vocabularyFile)} as {bert.Name}",
        };
        tokenizer.AddTokens(tokenizer.Settings.SpecialTokens.Named.Select(static item => new AddedToken(item.Token) { Special = true }));
        return tokenizer;
    }
}
