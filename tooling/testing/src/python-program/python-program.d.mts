/**
 * A virtual environment with a program of the Python package index, in the temporary folder. It is made once: a process that asks while another one
 * makes it waits for that one.
 *
 * @param release  as pip takes it: `label-studio==1.23.2`
 * @returns        its folder, with `bin/python` and the program in `bin`
 * @throws         pip, or Python, cannot install it here
 */
export declare function pythonProgram(release: string): Promise<string>;
