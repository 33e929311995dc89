namespace Akin.Search.Projection;

/// <summary>A place in a plane.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Upwards.</param>
public readonly record struct PlanePoint(double X, double Y);
