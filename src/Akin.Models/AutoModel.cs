using Akin.Models.Heads;

namespace Akin.Models;

/// <summary>Loads a backbone: text to token vectors.</summary>
public abstract class AutoModel : AutoModel<EncoderModel>;
