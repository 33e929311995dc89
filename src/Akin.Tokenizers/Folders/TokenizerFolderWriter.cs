using System.Text;
using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Folders;

/// <summary>Writes the folders that <c>save_pretrained</c> of transformers 4 writes.</summary>
internal static class TokenizerFolderWriter
{
    private const string MergesHeader = "#version: 0.2";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static void Write(Tokenizer tokenizer, string folder)
    {
        Directory.CreateDirectory(folder);
        TokenizerClass? @class = tokenizer.Settings.TokenizerClass is { } name ? TokenizerClasses.Find(name) : null;
        if (tokenizer.SavedFiles.Count == 0)
            TokenizerFile.WriteJson(Path.Combine(folder, "tokenizer.json"), writer => TokenizerFile.Write(writer, tokenizer));
        foreach ((string file, byte[] bytes) in tokenizer.SavedFiles)
            File.WriteAllBytes(Path.Combine(folder, file), bytes);
        tokenizer.Settings.Write(folder, tokenizer);
        if (@class is not null)
            WriteAddedTokens(tokenizer, folder);

        Vocabulary vocabulary = tokenizer.Model.Vocabulary;
        if (tokenizer.Model is WordPiece || @class?.Name == "KoBertTokenizer")
            VocabularyFile.Write(Path.Combine(folder, WordPieceFolder.VocabularyName), vocabulary);
        if (@class is { SavesVocabularyJson: true })
            WriteVocabularyJson(vocabulary, Path.Combine(folder, "vocab.json"));
        if (@class is { SavesVocabularyJson: true } && tokenizer.Model is BPE bpe)
            WriteMerges(bpe, Path.Combine(folder, "merges.txt"));
        if (@class?.ModelName is { } modelName && tokenizer.ModelFile is { } source && File.Exists(source))
            Copy(source, Path.Combine(folder, modelName));
    }

    /// <summary>Tokens that the vocabulary files lack.</summary>
    private static void WriteAddedTokens(Tokenizer tokenizer, string folder)
    {
        (string Token, int Id)[] added =
        [
            .. tokenizer.AddedTokens.Where(entry => !tokenizer.Model.Vocabulary.TryGetToken(entry.Key, out _)).Select(static entry => (entry.Value.Content, entry.Key)),
        ];
        string file = Path.Combine(folder, "added_tokens.json");
        if (added.Length == 0)
        {
            File.Delete(file); // of a tokenizer that was saved here before
            return;
        }
        TokenizerFile.WriteJson(file, writer =>
        {
            writer.WriteStartObject();
            foreach ((string token, int id) in added.OrderBy(static item => item.Token, StringComparer.Ordinal))
                writer.WriteNumber(token, id);
            writer.WriteEndObject();
        });
    }

    private static void WriteVocabularyJson(Vocabulary vocabulary, string file) => TokenizerFile.WriteJson(file, writer =>
    {
        writer.WriteStartObject();
        foreach ((string token, int id) in vocabulary.Entries)
            writer.WriteNumber(token, id);
        writer.WriteEndObject();
    });

    private static void WriteMerges(BPE model, string file)
    {
        using StreamWriter writer = new(file, append: false, Utf8) { NewLine = "\n" };
        writer.WriteLine(MergesHeader);
        foreach ((string left, string right) in model.Merges)
            writer.WriteLine($"{left} {right}");
    }

    private static void Copy(string source, string target)
    {
        if (Path.GetFullPath(source) != Path.GetFullPath(target))
            File.Copy(source, target, overwrite: true);
    }
}
