using Akin.Models.Heads;

namespace Akin.Models;

/// <summary>Loads a model that picks one of several texts.</summary>
public abstract class AutoModelForMultipleChoice : AutoModel<MultipleChoiceModel>;
