namespace Akin.Models.Generation;

/// <summary>Options of generation that do not go together, or that the model or the text cannot follow.</summary>
public sealed class GenerationException(string message) : Exception(message);
