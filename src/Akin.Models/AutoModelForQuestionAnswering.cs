using Akin.Models.Heads;

namespace Akin.Models;

/// <summary>Loads a model that finds an answer in a text.</summary>
public abstract class AutoModelForQuestionAnswering : AutoModel<QuestionAnsweringModel>;
