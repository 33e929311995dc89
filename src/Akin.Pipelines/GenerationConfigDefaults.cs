using System.Text.Json.Nodes;

namespace Akin.Pipelines;

/// <summary>What a pipeline takes where neither the model's files nor the caller say otherwise.</summary>
/// <param name="NewTokens">How long texts get, as far as there is room.</param>
/// <param name="Fields">Fields of generation, by the names of Python.</param>
internal sealed record GenerationConfigDefaults(int NewTokens, JsonObject Fields);
