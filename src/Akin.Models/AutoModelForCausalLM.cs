using Akin.Models.Heads;

namespace Akin.Models;

/// <summary>Loads a model that continues a text.</summary>
public abstract class AutoModelForCausalLM : AutoModel<CausalLanguageModel>;
