using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>A model that may answer, and why it stands where it does.</summary>
/// <param name="Endpoint">The one that would be used.</param>
/// <param name="Quality">At this kind of task, from 0 to 100.</param>
/// <param name="Source">Who says so.</param>
/// <param name="ExpectedCost">Of this request, at that endpoint.</param>
/// <param name="Score">What it was ranked by; more is better.</param>
internal sealed record RankedModel(Model Model, Endpoint Endpoint, double Quality, string Source, NanoUsd ExpectedCost, double Score);
