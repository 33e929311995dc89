using System.Globalization;
using System.Text.RegularExpressions;
using Akin.Tensors;

namespace Akin.Training.Optimizers;

/// <summary>Divides a model's parameters by name: which ones decay, which learn slower, which do not learn at all.</summary>
public static partial class ParameterGrouping
{
    /// <summary>
    /// Parts of names (compared without regard to case) of parameters that are not decayed: biases and every kind of normalization,
    /// as in transformers (<c>trainer_pt_utils.get_parameter_names</c>) and google-research/bert (<c>optimization.py</c>).
    /// </summary>
    public static IReadOnlyList<string> NoDecay { get; } = ["bias", "layernorm", "layer_norm", "rmsnorm", ".norm.", "_norm.", ".ln_"];

    /// <summary>Makes a group that decays and one that does not; a group without parameters is left out.</summary>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="learningRate">The rate of both.</param>
    /// <param name="weightDecay">The decay of the first.</param>
    /// <param name="noDecay">Parts of names that are not decayed. Default: <see cref="NoDecay"/>.</param>
    public static IReadOnlyList<ParameterGroup> ByDecay(
        IEnumerable<Parameter> parameters, double learningRate, double weightDecay, IReadOnlyList<string>? noDecay = null)
    {
        ILookup<bool, Parameter> byDecay = parameters.ToLookup(parameter => Decays(parameter, noDecay ?? NoDecay));
        ParameterGroup[] groups = [new(byDecay[true], learningRate, weightDecay, "decay"), new(byDecay[false], learningRate, 0, "no decay")];
        return [.. groups.Where(group => group.Parameters.Count > 0)];
    }

    /// <summary>
    /// Makes groups whose rate falls from the head down to the embeddings, by a factor for every layer
    /// (Howard and Ruder 2018, https://arxiv.org/abs/1801.06146, "discriminative fine-tuning").
    /// </summary>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="learningRate">The rate of what lies above the last layer (pooler, head).</param>
    /// <param name="weightDecay">The decay of parameters that decay.</param>
    /// <param name="layerDecay">The rate of a layer as a share of the rate of the layer above it, above 0 and at most 1.</param>
    /// <param name="noDecay">Parts of names that are not decayed. Default: <see cref="NoDecay"/>.</param>
    public static IReadOnlyList<ParameterGroup> ByLayer(
        IReadOnlyList<Parameter> parameters, double learningRate, double weightDecay, double layerDecay, IReadOnlyList<string>? noDecay = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(layerDecay > 0 && layerDecay <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(layerDecay), layerDecay, "A layer decay is a number above 0 and at most 1.");
        }

        int layerCount = 1 + parameters.Max(parameter => LayerOf(parameter.Name) ?? -1);
        return
        [
            .. from parameter in parameters
               let depth = Depth(parameter.Name, layerCount)
               let decays = Decays(parameter, noDecay ?? NoDecay)
               group parameter by (depth, decays) into part
               orderby part.Key.depth, part.Key.decays descending
               select new ParameterGroup(
                   part, learningRate * Math.Pow(layerDecay, layerCount + 1 - part.Key.depth), part.Key.decays ? weightDecay : 0,
                   $"depth {part.Key.depth}{(part.Key.decays ? "" : ", no decay")}"),
        ];
    }

    /// <summary>Keeps parameters as they are: no gradient is computed for them, and no optimizer touches them.</summary>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="names">Beginnings of names, such as <c>bert.embeddings</c> or <c>bert.encoder.layer.0.</c>.</param>
    /// <returns>The parameters that are now frozen.</returns>
    /// <exception cref="ArgumentException">A beginning fits no parameter.</exception>
    public static IReadOnlyList<Parameter> Freeze(IReadOnlyList<Parameter> parameters, params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        List<Parameter> frozen = [];
        foreach (string name in names)
        {
            Parameter[] matching = [.. parameters.Where(parameter => parameter.Name.StartsWith(name, StringComparison.Ordinal))];
            if (matching.Length == 0)
            {
                throw new ArgumentException(
                    $"No parameter's name begins with '{name}'; names look like '{(parameters.Count == 0 ? "" : parameters[0].Name)}'.", nameof(names));
            }

            frozen.AddRange(matching);
        }

        foreach (Parameter parameter in frozen)
        {
            parameter.RequiresGradient = false;
        }

        return frozen;
    }

    private static bool Decays(Parameter parameter, IReadOnlyList<string> noDecay) =>
        !noDecay.Any(part => parameter.Name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>0 for embeddings, 1 + its number for a layer, 1 + the number of layers for what lies above.</summary>
    private static int Depth(string name, int layerCount) =>
        LayerOf(name) is { } layer ? layer + 1 : name.Contains("embeddings", StringComparison.Ordinal) ? 0 : layerCount + 1;

    private static int? LayerOf(string name) =>
        LayerNumber().Match(name) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"(?:^|\.)(?:layer|layers|albert_layer_groups|h|block)\.(\d{1,4})\.", RegexOptions.CultureInvariant)]
    private static partial Regex LayerNumber();
}
