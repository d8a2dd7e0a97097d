// Starts the program from the compiled module that the first message brings: this worker may fetch nothing.
import init from "./{name}.js";

onmessage = ({ data }) => {
  // The program listens from here on.
  onmessage = null;
  init({ module_or_path: data });
};
