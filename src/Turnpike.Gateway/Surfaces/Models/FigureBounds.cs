namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>What a figure may be, ends included; a null end is open.</summary>
internal readonly record struct FigureBounds(decimal? Min, decimal? Max)
{
    /// <summary>Whether a figure is within; one that is not known is, as long as nothing is asked of it.</summary>
    public bool Hold(double? figure) => (Min is null && Max is null) || (figure >= (double?)Min.GetValueOrDefault() && !(figure > (double?)Max));
}
