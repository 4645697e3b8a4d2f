import Graphs
