// The kernels call the very functions that are compiled into their modules.
global using Math = Fog.Wasm.Math.DeterministicMath;
