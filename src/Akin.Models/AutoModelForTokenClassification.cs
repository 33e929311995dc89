using Akin.Models.Heads;

namespace Akin.Models;

/// <summary>Loads a classifier of tokens.</summary>
public abstract class AutoModelForTokenClassification : AutoModel<TokenClassificationModel>;
