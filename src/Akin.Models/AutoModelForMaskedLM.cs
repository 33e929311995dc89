using Akin.Models.Heads;

namespace Akin.Models;

/// <summary>Loads a model that fills in masked tokens.</summary>
public abstract class AutoModelForMaskedLM : AutoModel<MaskedLanguageModel>;
