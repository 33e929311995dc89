using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Akin.Training.Sentences.Recipes;

/// <summary>The fields of one mapping of a recipe; what nobody asks for is refused by name.</summary>
internal sealed class RecipeFields
{
    private readonly string _file;
    private readonly YamlMappingNode _node;
    private readonly List<string> _known = [];

    private RecipeFields(string file, YamlMappingNode node) => (_file, _node) = (file, node);

    /// <summary>Reads a file that holds one mapping.</summary>
    public static RecipeFields Read(string file)
    {
        YamlStream yaml = [];
        try
        {
            using StreamReader reader = new(file);
            yaml.Load(reader);
        }
        catch (YamlException error)
        {
            throw new RecipeException(file, error.Start.Line, $"this is not YAML: {error.InnerException?.Message ?? error.Message}");
        }

        return yaml.Documents is [{ RootNode: YamlMappingNode root }]
            ? new RecipeFields(file, root)
            : throw new RecipeException(file, 0, "a recipe is a list of fields, such as 'model: ./all-MiniLM-L6-v2'.");
    }

    /// <summary>A text, or null when the field is not there.</summary>
    public string? Text(string name) => Node(name) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } text } => text,
        YamlNode other => throw Error(other, $"'{name}' must be a text."),
    };

    /// <summary>A number, or the default.</summary>
    public double Number(string name, double defaultValue) => OptionalNumber(name) ?? defaultValue;

    /// <summary>A number, or null when the field is not there.</summary>
    public double? OptionalNumber(string name) => Text(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number
        : throw Error(Node(name)!, $"'{name}' is '{text}'; it must be a number.");

    /// <summary>A whole number from a smallest one on, or null when the field is not there.</summary>
    public int? Integer(string name, int least) => OptionalNumber(name) is not { } number ? null
        : double.IsInteger(number) && number >= least && number <= int.MaxValue ? (int)number
        : throw Error(Node(name)!, $"'{name}' is {Text(name)}; it must be a whole number from {least} on.");

    /// <summary>One of several words, or null when the field is not there.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> words) => Text(name) is not { } text ? null : Known(name, text, words);

    /// <summary>One or several of several words; empty when the field is not there.</summary>
    public IReadOnlyList<string> Choices(string name, params ReadOnlySpan<string> words)
    {
        List<string> chosen = [];
        if (Node(name) is YamlSequenceNode list)
        {
            foreach (YamlNode item in list)
            {
                chosen.Add(Known(name, (item as YamlScalarNode)?.Value ?? "", words));
            }
        }
        else if (Choice(name, words) is { } word)
        {
            chosen.Add(word);
        }

        return chosen;
    }

    /// <summary>A list of mappings, with at least one.</summary>
    public IReadOnlyList<RecipeFields> List(string name) => Node(name) is YamlSequenceNode { Children.Count: > 0 } list
        ? [.. list.Select(item => item is YamlMappingNode mapping ? new RecipeFields(_file, mapping) : throw Error(item, $"'{name}' must be a list of fields."))]
        : throw Error(Node(name) ?? _node, $"'{name}' must be a list with at least one entry.");

    /// <summary>Refuses what nobody asked for.</summary>
    public void Finish()
    {
        foreach (YamlNode key in _node.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name } || !_known.Contains(name))
            {
                throw Error(key, $"there is no field '{key}'; there are {string.Join(", ", _known)}.");
            }
        }
    }

    /// <summary>An error about the whole mapping.</summary>
    public RecipeException Error(string problem) => Error(_node, problem);

    private string Known(string name, string text, ReadOnlySpan<string> words) =>
        words.Contains(text) ? text : throw Error(Node(name)!, $"'{name}' is '{text}'; it must be one of {string.Join(", ", words.ToArray())}.");

    private YamlNode? Node(string name)
    {
        if (!_known.Contains(name))
        {
            _known.Add(name);
        }

        return _node.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? node) ? node : null;
    }

    private RecipeException Error(YamlNode node, string problem) => new(_file, node.Start.Line, problem);
}
