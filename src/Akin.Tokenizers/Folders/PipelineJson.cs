using System.Text.Json;
using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers.Folders;

/// <summary>Stages written as <c>tokenizer.json</c> has them: the pipelines of Python's classes read like the files that they save.</summary>
internal static class PipelineJson
{
    private const string Name = "built-in pipeline";

    public static Normalizer Normalizer(string json) => Normalizers.Normalizer.Types.Read(Fields(json));

    public static PreTokenizer PreTokenizer(string json) => PreTokenizers.PreTokenizer.Types.Read(Fields(json));

    public static PostProcessor PostProcessor(string json) => PostProcessors.PostProcessor.Types.Read(Fields(json));

    public static Decoder Decoder(string json) => Decoders.Decoder.Types.Read(Fields(json));

    /// <summary>A value as JSON.</summary>
    public static string Of(bool value) => value ? "true" : "false";

    /// <summary>A value as JSON.</summary>
    public static string Of(string value) => $"\"{JsonEncodedText.Encode(value)}\"";

    /// <summary>
    /// A template from the short form that Python has: <c>[CLS]:0 $A:0 [SEP]:0</c>. The texts are <c>$A</c> and <c>$B</c>, everything else is a special
    /// token; a part without a type id has 0.
    /// </summary>
    public static TemplateProcessing Template(string single, string pair, Func<string, int> idOf)
    {
        LayoutPiece[] Parts(string template) => [.. template.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            int colon = part.LastIndexOf(':');
            (string token, int typeId) = colon > 0 && int.TryParse(part.AsSpan(colon + 1), out int type) ? (part[..colon], type) : (part, 0);
            return token switch
            {
                "$A" => LayoutPiece.Text(0, typeId),
                "$B" => LayoutPiece.Text(1, typeId),
                _ => LayoutPiece.Special(token, idOf(token), typeId),
            };
        })];
        return new TemplateProcessing(Parts(single), Parts(pair));
    }

    private static JsonFields Fields(string json) => new(JsonDocument.Parse(json).RootElement, Name, string.Empty);
}
