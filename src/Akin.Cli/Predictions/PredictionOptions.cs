using System.CommandLine;

namespace Akin.Cli.Predictions;

/// <summary>The options that several kinds of models share.</summary>
internal sealed class PredictionOptions
{
    public Option<string> Text { get; } = new("--text") { Description = "The column of the text.", DefaultValueFactory = _ => "text" };

    public Option<int?> MaxLength { get; } = SharedOptions.Positive("--max-length", "Tokens of a text; longer ones are cut (what the model can take), contexts of questions into windows (384).");

    public Option<string?> Encoding { get; } = new("--encoding") { Description = "What the file is written in, such as cp949 or gb18030 (UTF-8)." };
}
