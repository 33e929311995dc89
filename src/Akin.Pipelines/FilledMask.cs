namespace Akin.Pipelines;

/// <summary>A piece that may stand where a text has a mask.</summary>
/// <param name="Score">Its probability among all pieces.</param>
/// <param name="Token">Its id.</param>
/// <param name="TokenText">How it is spelled.</param>
/// <param name="Sequence">The text with it in the place of the mask; of several masks the others stay, with all special tokens.</param>
public sealed record FilledMask(float Score, int Token, string TokenText, string Sequence);
