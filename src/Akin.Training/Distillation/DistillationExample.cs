namespace Akin.Training.Distillation;

/// <summary>A text and where its teacher's vector is.</summary>
/// <param name="TokenIds">The text as the student reads it, special tokens included.</param>
/// <param name="TeacherPlace">What <see cref="TeacherVectors.Find"/> gave.</param>
public sealed record DistillationExample(int[] TokenIds, long TeacherPlace);
