using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Routing.Decisions;

namespace Turnpike.Gateway.Surfaces.Routes;

/// <summary>A decision, and the hold that it would take; a null hold would be refused.</summary>
internal sealed record RouteAnswer(Decision Decision, HoldRequest Wanted, NanoUsd? Hold);
